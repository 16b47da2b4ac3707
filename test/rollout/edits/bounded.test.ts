import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Book } from '../../../src/rollout/book.ts';
import type { Edit } from '../../../src/rollout/edits/edit.ts';
import { isRefusal } from '../../../src/rollout/refusal.ts';
import { setOverride } from '../../../src/rollout/edits/overrides.ts';
import { noted } from '../../../src/rollout/edits/noted.ts';
import { say } from '../../../src/rollout/edits/say.ts';
import type { Rollout } from '../../../src/rollout/rollout.ts';
import { begin } from '../../../src/rollout/edits/begin.ts';
import { newRollout } from '../../../src/rollout/start.ts';
import { aBook } from '../../kit/books.ts';
import { SIGNED } from '../../kit/kept-books.ts';

/** What ZooKeeper takes in a node, and Marathon writes into one. */
const NODE = 1_024_000;

const sizeOf = ({ shares, rollouts, overrides }: Book): number => JSON.stringify([[...shares], [...rollouts], [...overrides]]).length;

const NOBODY = { apps: new Map(), members: new Map(), carriers: [] };

/** A rollout of `group` in the place of an app of so many instances; `padding`: bytes in each definition. */
const aRollout = (group: string, { padding = 0, instances = 3 } = {}): Rollout => {
  const pad = randomBytes(padding / 2).toString('hex');
  const app = { id: `${group}-blue`, labels: { HAPROXY_DEPLOYMENT_GROUP: group }, instances, ports: [], healthChecks: [] };
  const rollout = newRollout(
    { definition: { id: group, env: { PAD: pad } }, options: {}, signed: SIGNED, id: group },
    { group, from: app.id },
    { app: { ...app, version: '', lastConfigChangeAt: '', network: 'host' }, told: { id: app.id, instances, env: { PAD: pad } } },
  );
  if (isRefusal(rollout)) throw new Error(rollout.because);
  return rollout;
};

const edited = (book: Book, edit: Edit<unknown>): Book => {
  const done = edit(book);
  if (isRefusal(done)) throw new Error(done.because);
  return { ...done.book, revision: book.revision + 1 };
};

const ended = (book: Book, group: string, at: string): Book =>
  noted(
    book,
    book.rollouts.get(group) as Rollout,
    { kind: 'note', enter: { phase: 'ended', outcome: 'done' }, what: ['done'] },
    { by: 'controller', at },
  ).book;

/** Each that is begun after the other, until one is refused. */
const filled = (options: { readonly padding?: number; readonly instances?: number }): { readonly book: Book; readonly why: string } => {
  let book = aBook();
  for (let at = 0; at < 1000; at++) {
    const done = begin(aRollout(`/group-${at}`, options), NOBODY)(book);
    if (isRefusal(done)) return { book, why: done.because };
    book = done.book;
  }
  throw new Error('none was refused');
};

const REASON = 'x'.repeat(2000);

/** Paused and resumed again and again, drained, and taken back. */
const atWorst = (book: Book, group: string): Book => {
  let next = book;
  for (let times = 0; times < 15; times++)
    for (const verb of ['pause', 'resume'] as const) next = edited(next, say(group, verb, { ...SIGNED, reason: REASON }));
  const { options, to } = next.rollouts.get(group) as Rollout;
  next = edited(next, say(group, 'abort', { ...SIGNED, reason: REASON }));
  const id = (at: number): string => `${to.slice(1)}.instance-00000000-0000-0000-0000-000000000000._app.${at}`;
  const drain = Array.from({ length: options.instances }, (_, at) => id(at));
  return noted(next, next.rollouts.get(group) as Rollout, { kind: 'note', drain, what: ['drained'] }, SIGNED).book;
};

for (const options of [{}, { padding: 60_000 }, { instances: 500 }])
  test(`what has begun can be paused, taken back and drained, when nothing more may begin: ${JSON.stringify(options)}`, () => {
    const { book, why } = filled(options);
    assert.match(why, /^with it all that is decided may take \d+ KB, .* and 850 KB are allowed: /);
    assert.ok(book.rollouts.size >= 5, String(book.rollouts.size));
    let full = book;
    for (const group of book.rollouts.keys()) full = atWorst(full, group);
    assert.ok(sizeOf(full) < NODE, String(sizeOf(full)));
  });

test('in a full book there is room for orders, and not without end', () => {
  let { book } = filled({});
  const agents = Array.from({ length: 1000 }, (_, at) => `agent-${at}`);
  const tasks = new Map(agents.map((host) => [host, { appId: '/a', host }]));
  const none = { tasksAt: () => [], served: () => new Set<string>(), carriers: () => [] };
  const inventory = { tasks, appIds: new Set<string>(), groups: new Map(), ...none };
  const order = (of: string) => setOverride({ kind: 'drain', of }, { ...SIGNED, reason: REASON }, inventory);
  const refused = agents.find((of) => {
    const done = order(of)(book);
    if (!isRefusal(done)) book = done.book;
    return isRefusal(done);
  });
  assert.ok(book.overrides.size > 20, String(book.overrides.size));
  assert.ok(refused !== undefined);
  book = edited(book, order('agent-0'));
  assert.ok(sizeOf(book) < NODE);
});

test('those that ended first give way to a new one: their definitions, then all of them', () => {
  let book = aBook();
  const groups = Array.from({ length: 60 }, (_, at) => `/group-${String(at).padStart(2, '0')}`);
  groups.forEach((group, at) => {
    book = ended(
      edited(book, begin(aRollout(group, { padding: 40_000 }), NOBODY)),
      group,
      `2026-11-22T20:00:${String(at).padStart(2, '0')}.000Z`,
    );
  });
  assert.ok(sizeOf(book) < NODE);
  assert.deepEqual([...book.rollouts.keys()], groups, 'room enough without definitions');
  const keeps = groups.map((group) => Object.keys(book.rollouts.get(group)?.definitions ?? {}).join());
  const first = keeps.findIndex((kept) => kept !== '');
  assert.ok(first > 10 && first < 50, String(first));
  assert.deepEqual(
    keeps.slice(first),
    groups.slice(first).map((group) => `${group}-blue`),
    'the newest can be undone',
  );
  const undone = say(groups[0] ?? '', 'undo', SIGNED)(book);
  assert.match(isRefusal(undone) ? undone.because : '', /^the definition of \/group-00-blue is not kept any more/);
  assert.ok(!isRefusal(say(groups.at(-1) ?? '', 'undo', SIGNED)(book)));
  const { book: full } = filled({});
  const crowded = { ...full, rollouts: new Map([...book.rollouts, ...full.rollouts]) };
  const after = edited(crowded, say('/group-1', 'pause', SIGNED));
  assert.equal(after.rollouts.size, crowded.rollouts.size, 'only what is new makes room');
});

test('a rollout that has ended keeps what undo needs, and no more', () => {
  const book = edited(aBook(), begin(aRollout('/shop'), NOBODY));
  assert.deepEqual(Object.keys(ended(book, '/shop', SIGNED.at).rollouts.get('/shop')?.definitions ?? {}), ['/shop-blue']);
  const aborted = edited(book, say('/shop', 'abort', SIGNED));
  assert.equal(Object.keys(aborted.rollouts.get('/shop')?.definitions ?? {}).length, 2, 'it runs');
  const over = noted(
    aborted,
    aborted.rollouts.get('/shop') as Rollout,
    { kind: 'note', enter: { phase: 'ended', outcome: 'aborted' }, what: [] },
    SIGNED,
  ).book;
  assert.deepEqual(over.rollouts.get('/shop')?.definitions, {});
});

test('a definition is refused from its size on, with it', () => {
  assert.throws(
    () => aRollout('/shop', { padding: 70_000 }),
    /^Error: the definition of \/shop-\w+ has 7\d{4} bytes as JSON, and may have 65536$/,
  );
  aRollout('/shop', { padding: 60_000 });
});
