import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { BookKeeper } from '../../src/book/keeper.ts';
import { MarathonBook } from '../../src/book/marathon-book.ts';
import { startStandIn } from '../../src/demo/stand-in.ts';
import { SluiceError } from '../../src/kit/error.ts';
import { LeaderRequests, type MarathonAnswer } from '../../src/marathon/leader-requests.ts';
import type { Edit } from '../../src/rollout/edits/edit.ts';
import { isRefusal } from '../../src/rollout/refusal.ts';
import { keeperOf, someRollout, someShares, withOverride } from '../kit/kept-books.ts';
import { lastly } from '../kit/lastly.ts';

const APP = '/sluice/rollouts';

interface FakeVersion {
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
}

type Marathon = Pick<LeaderRequests, 'get' | 'post' | 'put' | 'close'>;

/** One app with its versions, as Marathon answers about it. */
class FakeApp {
  readonly versions: FakeVersion[] = [];
  /** Deployments of it, each in the way of one write. */
  locks = 0;
  isAway = false;
  /** The next write is done, and its answer lost. */
  losesAnswer = false;
  isGone = true;

  get last(): FakeVersion | undefined {
    return this.isGone ? undefined : this.versions.at(-1);
  }

  store(labels: Readonly<Record<string, string>>): void {
    this.isGone = false;
    this.versions.push({ version: new Date(Date.UTC(2026, 0, 1) + this.versions.length).toISOString(), labels });
  }

  /** As one client sees it. @param pause before each request, and before its answer is back */
  client(pause: () => Promise<void>): Marathon {
    const ask = async (answer: () => MarathonAnswer): Promise<MarathonAnswer> => {
      await pause();
      if (this.isAway) throw new SluiceError('MARATHON_UNREACHABLE', 'Marathon is away');
      const given = answer();
      await pause();
      return given;
    };
    const write = (labels: Readonly<Record<string, string>>): MarathonAnswer => {
      if (this.locks > 0) {
        this.locks -= 1;
        return { status: 409, json: {}, message: 'App is locked by one or more deployments.' };
      }
      this.store(labels);
      if (this.losesAnswer) {
        this.losesAnswer = false;
        throw new SluiceError('MARATHON_UNREACHABLE', 'the connection was reset');
      }
      return { status: 200, json: {}, message: '' };
    };
    return {
      get: async (path) => ask(() => this.#show(path)),
      post: async (_path, body) =>
        ask(() => (this.isGone ? write((body as FakeVersion).labels) : { status: 409, json: {}, message: 'already exists' })),
      put: async (_path, body) => ask(() => write((body as FakeVersion).labels)),
      close: async () => Promise.resolve(),
    };
  }

  #show(path: string): MarathonAnswer {
    const { last } = this;
    if (last === undefined) return { status: 404, json: {}, message: `App '${APP}' does not exist` };
    if (path === `/v2/apps${APP}`) return { status: 200, json: { app: last }, message: '' };
    if (path.endsWith('/versions'))
      return { status: 200, json: { versions: this.versions.map(({ version }) => version).reverse() }, message: '' };
    const wanted = decodeURIComponent(path.split('/').at(-1) ?? '');
    return { status: 200, json: this.versions.find(({ version }) => version === wanted), message: '' };
  }
}

interface Opened {
  readonly keeper: BookKeeper;
  /** As an event of Marathon's does. */
  readonly see: (app: FakeVersion | undefined) => void;
}

const open = (marathon: Marathon): Opened => {
  let book: MarathonBook | undefined;
  const { keeper } = keeperOf((onEdition) => (book = new MarathonBook({ requests: marathon, appId: APP, onEdition, lockedMs: 1000 })));
  return { keeper, see: (app) => book?.see(app) };
};

const atOnce = async (): Promise<void> => Promise.resolve();

test('the first write makes the app, and all Sluices have what its labels hold', async () => {
  const app = new FakeApp();
  const [a, b] = [open(app.client(atOnce)), open(app.client(atOnce))];
  await a.keeper.edit(withOverride('one'));
  b.see(app.last);
  assert.deepEqual(b.keeper.book, a.keeper.book);
  await b.keeper.edit(withOverride('two'));
  a.see(app.last);
  assert.deepEqual([...a.keeper.book.overrides.keys()], ['one', 'two']);
  assert.equal(a.keeper.book.revision, 2);
});

test('whatever two writers do at once, in whatever order Marathon has it: no write is lost silently, and the loser is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 40, maxLength: 400 }), fc.boolean(), async (waits, isThere) => {
      let next = 0;
      const pause = async (): Promise<void> => {
        for (let turns = waits[next++ % waits.length] ?? 0; turns > 0; turns -= 1) await Promise.resolve();
      };
      const app = new FakeApp();
      if (isThere) await open(app.client(atOnce)).keeper.edit(withOverride('before'));
      const writers = [0, 1, 2].map(() => open(app.client(pause)));
      for (const { see } of writers) see(app.last);
      const written = isThere ? ['before'] : [];
      for (let round = 0; round < 6; round += 1) {
        const done = await Promise.allSettled(writers.map(async ({ keeper }, i) => keeper.edit(withOverride(`${round}-${i}`))));
        const won = done.flatMap((one, i) => (one.status === 'fulfilled' ? [`${round}-${i}`] : []));
        for (const one of done) if (one.status === 'rejected') assert.equal((one.reason as SluiceError).code, 'CONFLICT');
        written.push(...won);
        // Events come after all, and not for everybody.
        if (round % 2 === 0) writers[round % 3]?.see(app.last);
      }
      assert.ok(written.length > 2);
      const reader = open(app.client(atOnce));
      reader.see(app.last);
      // Each was made from the one before it: the last book has all that somebody was told is written, and nothing else.
      assert.deepEqual([...reader.keeper.book.overrides.keys()].sort(), written.sort());
    }),
    { numRuns: 300 },
  );
});

test('two Sluices at a Marathon that writes go over each other in: each round one wins, the other is told', async (t: TestContext) => {
  const standIn = await startStandIn({ timeScale: 0 });
  lastly(t, async () => standIn.close());
  const writers = [0, 1].map(() => {
    const opened = open(new LeaderRequests({ urls: standIn.urls }));
    lastly(t, async () => opened.keeper.close());
    return opened.keeper;
  });
  const written: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const done = await Promise.allSettled(writers.map(async (keeper, i) => keeper.edit(withOverride(`${round}-${i}`))));
    for (const one of done) if (one.status === 'rejected') assert.equal((one.reason as SluiceError).code, 'CONFLICT');
    written.push(...done.flatMap((one, i) => (one.status === 'fulfilled' ? [`${round}-${i}`] : [])));
  }
  const reader = new LeaderRequests({ urls: standIn.urls });
  lastly(t, async () => reader.close());
  const { json } = await reader.get(`/v2/apps${APP}`);
  const { app } = json as { readonly app: FakeVersion & { readonly instances: number } };
  const last = open(new FakeApp().client(atOnce));
  last.see(app);
  assert.equal(app.instances, 0);
  assert.ok(written.length >= 20);
  assert.deepEqual([...last.keeper.book.overrides.keys()].sort(), written.sort());
});

test('an event of what was there before comes late, and changes nothing', async () => {
  const app = new FakeApp();
  const { keeper, see } = open(app.client(atOnce));
  await keeper.edit(withOverride('one'));
  const late = app.last;
  await keeper.edit(withOverride('two'));
  see(late);
  assert.equal(keeper.book.overrides.size, 2);
});

const withShares: Edit<undefined> = (book) => ({ book: { ...book, shares: new Map([['/shop', someShares()]]) }, value: undefined });

const withRevision = ({ SLUICE_BOOK: head = '' }: FakeVersion['labels'], revision: number): string =>
  JSON.stringify({ ...(JSON.parse(head) as object), revision });

const EMPTIED: readonly (readonly [
  what: string,
  labels: (before: FakeVersion['labels'], now: FakeVersion['labels']) => FakeVersion['labels'],
])[] = [
  ['is emptied', () => ({})],
  ['is left without its head', (_, now) => Object.fromEntries(Object.entries(now).filter(([label]) => label !== 'SLUICE_BOOK'))],
  ['has a head that cannot be read', (_, now) => ({ ...now, SLUICE_BOOK: '{' })],
  ['has a head that no number goes on from', (_, now) => ({ ...now, SLUICE_BOOK: withRevision(now, Number.MAX_SAFE_INTEGER) })],
  ['is put back to an older version', (before) => before],
];

for (const [what, labelsOf] of EMPTIED)
  for (const isForgotten of [false, true])
    test(`a book that ${what} in Marathon${isForgotten ? ', which has forgotten what was there before,' : ''} stays in force, is told, and is written whole by the next change`, async () => {
      const app = new FakeApp();
      const { keeper, see } = open(app.client(atOnce));
      await keeper.edit(withOverride('one'));
      const before = app.last?.labels ?? {};
      await keeper.edit(withShares);
      see(app.last);
      app.store(labelsOf(before, app.last?.labels ?? {}));
      if (isForgotten) app.versions.splice(0, app.versions.length - 1);
      see(app.last);
      assert.deepEqual([keeper.book.revision, keeper.book.shares.size, keeper.book.overrides.size], [2, 1, 1]);
      assert.match(keeper.problems()[0]?.message ?? '', /SLUICE_BOOK is gone|older than 2.*stay in force/);
      await keeper.edit(withOverride('two'));
      see(app.last);
      assert.deepEqual(keeper.problems(), []);
      const reader = open(app.client(atOnce));
      reader.see(app.last);
      assert.deepEqual(reader.keeper.book, keeper.book);
      assert.deepEqual([keeper.book.revision, keeper.book.shares.size, keeper.book.overrides.size], [3, 1, 2]);
    });

test('of two who write over an emptied book one wins, and the other is told', async () => {
  const app = new FakeApp();
  const writers = [0, 1].map(() => open(app.client(atOnce)));
  await writers[0]?.keeper.edit(withShares);
  writers[1]?.see(app.last);
  app.store({});
  const done = await Promise.allSettled(writers.map(async ({ keeper }, i) => keeper.edit(withOverride(`${i}`))));
  const won = done.flatMap(({ status }, i) => (status === 'fulfilled' ? [`${i}`] : []));
  for (const one of done) if (one.status === 'rejected') assert.equal((one.reason as SluiceError).code, 'CONFLICT');
  const reader = open(app.client(atOnce));
  reader.see(app.last);
  assert.ok(won.length > 0);
  assert.deepEqual([...reader.keeper.book.overrides.keys()], won);
  assert.equal(reader.keeper.book.shares.size, 1);
});

test('a label that is cut off stays in force as it was, is told, and is written whole by the next change', async () => {
  const app = new FakeApp();
  const { keeper, see } = open(app.client(atOnce));
  await keeper.edit(withShares);
  const { 'SLUICE_SHARES:/shop': shares = '', ...labels } = app.last?.labels ?? {};
  app.store({ ...labels, 'SLUICE_SHARES:/shop': shares.slice(0, 20) });
  see(app.last);
  assert.equal(keeper.book.shares.size, 1);
  assert.match(keeper.problems()[0]?.message ?? '', /^SLUICE_SHARES:\/shop cannot be read, and what it held before stays in force/);
  await keeper.edit(withOverride('one'));
  see(app.last);
  assert.deepEqual(keeper.problems(), []);
  assert.equal(app.last?.labels['SLUICE_SHARES:/shop'], shares);
});

test('what a newer Sluice has written stays as it is, is not carried on here, and forbids no other change', async () => {
  const app = new FakeApp();
  const { keeper, see } = open(app.client(atOnce));
  await keeper.edit((book) => ({ book: { ...book, rollouts: new Map([['/shop', someRollout()]]) }, value: 'begun' }));
  assert.equal(keeper.understood.rollouts.size, 1);
  const newer = JSON.stringify({ ...someRollout(), state: { phase: 'mirroring' } });
  app.store({ ...app.last?.labels, 'SLUICE_ROLLOUT:/shop': newer });
  see(app.last);
  assert.equal(((await keeper.edit(withOverride('one'))) as { value?: string }).value, 'one');
  const refusal = await keeper.edit(withShares);
  assert.ok(isRefusal(refusal));
  assert.match(refusal.because, /^SLUICE_ROLLOUT:\/shop is not understood here.*newer Sluice/);
  for (const look of [() => undefined, () => see(app.last)]) {
    look();
    assert.equal(app.last?.labels['SLUICE_ROLLOUT:/shop'], newer);
    assert.equal(keeper.book.overrides.size, 1);
    assert.equal(keeper.book.rollouts.get('/shop')?.state.phase, 'holding', 'what it held before stays in force');
    assert.equal(keeper.understood.rollouts.size, 0);
  }
});

test('a Marathon that is away: an error, nothing has changed, and what was in force stays', async () => {
  const app = new FakeApp();
  const { keeper } = open(app.client(atOnce));
  await keeper.edit(withOverride('one'));
  app.isAway = true;
  await assert.rejects(keeper.edit(withOverride('two')), (error: SluiceError) => {
    assert.equal(error.code, 'STORE');
    assert.match(error.message, /nothing has changed: .*Marathon is away/);
    return true;
  });
  assert.deepEqual([...keeper.book.overrides.keys()], ['one']);
  app.isAway = false;
  await keeper.edit(withOverride('two'));
  assert.equal(keeper.book.overrides.size, 2);
});

test('a write whose answer is lost is looked for: it was done', async () => {
  const app = new FakeApp();
  const { keeper } = open(app.client(atOnce));
  await keeper.edit(withOverride('one'));
  app.losesAnswer = true;
  await keeper.edit(withOverride('two'));
  assert.deepEqual([...keeper.book.overrides.keys()], ['one', 'two']);
});

test('an app that is locked by a deployment is tried again, and not for ever', async () => {
  const app = new FakeApp();
  const { keeper } = open(app.client(atOnce));
  await keeper.edit(withOverride('one'));
  app.locks = 2;
  await keeper.edit(withOverride('two'));
  app.locks = 1_000_000;
  await assert.rejects(keeper.edit(withOverride('three')), { code: 'STORE' });
  assert.equal(keeper.book.overrides.size, 2);
});

test('an app that somebody deletes says nothing of how traffic is shared out: it stays, is told, and is written whole by the next change', async () => {
  const app = new FakeApp();
  const { keeper, see } = open(app.client(atOnce));
  await keeper.edit(withShares);
  see(app.last);
  app.isGone = true;
  see(undefined);
  assert.equal(keeper.book.shares.size, 1);
  assert.match(keeper.problems()[0]?.message ?? '', /gone from Marathon/);
  await keeper.edit(withOverride('one'));
  see(app.last);
  assert.deepEqual(keeper.problems(), []);
  assert.equal(keeper.book.shares.size, 1);
  assert.match(JSON.stringify(app.last), /SLUICE_SHARES:\/shop/);
});

test('an app that is there without a book, and labels that are not ours, are taken as they are', async () => {
  const app = new FakeApp();
  app.store({ OWNER: 'edge team', 'SLUICE_OVERRIDE:odd': 'x' });
  const { keeper, see } = open(app.client(atOnce));
  see(app.last);
  assert.equal(keeper.problems()[0]?.label, 'SLUICE_OVERRIDE:odd');
  await keeper.edit(withOverride('one'));
  assert.deepEqual(Object.keys(app.last?.labels ?? {}).sort(), ['OWNER', 'SLUICE_BOOK', 'SLUICE_OVERRIDE:odd', 'SLUICE_OVERRIDE:one']);
});
