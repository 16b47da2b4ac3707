import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { noChange } from '../../src/desired/change.ts';
import type { Backend, Desired } from '../../src/desired/desired.ts';
import type { StepOutcome } from '../../src/haproxy/apply.ts';
import type { Haproxy } from '../../src/haproxy/haproxy.ts';
import { fingerprint } from '../../src/plan/fingerprint.ts';
import type { Observed, Scope } from '../../src/plan/observed.ts';
import { planBackends } from '../../src/plan/plan-backends.ts';
import type { RuntimeStep } from '../../src/plan/plan.ts';
import { subjectOf } from '../../src/plan/subject.ts';
import { Loop } from '../../src/reconcile/loop.ts';
import type { Picture } from '../../src/picture/picture.ts';
import { Reloader } from '../../src/reload/reloader.ts';
import { Saver } from '../../src/reload/saver.ts';
import { aBackend, aDesired, aProfile, aServer, haproxy26, haproxy34 } from '../kit/builders.ts';
import { anObserved, Simulator } from '../kit/simulator.ts';
import { waitFor } from '../kit/wait-for.ts';

const log = pino({ level: 'silent' });
const SHOP = 'shop_10000';
const CART = 'cart_10000';

/** What HAProxy does with a step of /shop: nothing, without or with a word of it. */
type Ways = 'well' | 'refuses' | 'ignores';

/** A HAProxy that does as it is told, but for /shop. Its files are no better, unless they are. */
class Contrary {
  readonly capabilities = haproxy34;
  readonly simulator = new Simulator(haproxy34);
  ways: Ways = 'well';
  files: 'right' | 'wrong' = 'wrong';
  /** Steps for /shop that it was told. */
  told = 0;

  isRunning(): boolean {
    return true;
  }

  async observe(scope: Scope): Promise<Observed> {
    return Promise.resolve(this.simulator.observe(scope));
  }

  async apply(steps: readonly RuntimeStep[]): Promise<{ readonly outcomes: readonly StepOutcome[] }> {
    return Promise.resolve({ outcomes: steps.map((step) => this.#take(step)) });
  }

  #take(step: RuntimeStep): StepOutcome {
    if (subjectOf(step) !== `backend ${SHOP}`) {
      this.simulator.apply([step]);
      return { kind: 'done', step };
    }
    this.told += 1;
    if (this.ways === 'well') this.simulator.apply([step]);
    return this.ways === 'refuses' ? { kind: 'refused', step, command: 'add server shop', answer: 'no.' } : { kind: 'done', step };
  }
}

const both = (servers: { readonly shop: number; readonly cart: number }): Desired =>
  aDesired([backendOf(SHOP, servers.shop), backendOf(CART, servers.cart)]);

/** So many servers. */
const backendOf = (name: string, servers: number): Backend =>
  aBackend({ name, servers: Array.from({ length: servers }, (_, n) => aServer({ name: `s${n}`, id: n + 1, port: 31_000 + n })) });

interface Rig {
  readonly haproxy: Contrary;
  readonly loop: Loop;
  readonly givenUp: () => ReadonlyMap<string, string>;
  readonly reloads: () => number;
  readonly want: (servers: { readonly shop: number; readonly cart: number }) => void;
  readonly serversOf: (backend: string) => number;
}

const rig = (t: TestContext): Rig => {
  const haproxy = new Contrary();
  let givenUp: ReadonlyMap<string, string> = new Map();
  const picture = {
    mayBeApplied: true,
    desired: both({ shop: 1, cart: 1 }),
    get fingerprint() {
      return fingerprint(this.desired);
    },
    setGivenUp: (reasons: ReadonlyMap<string, string>) => (givenUp = reasons),
    problems: () => [],
  };
  haproxy.simulator.reload(picture.desired);
  const files = (): Desired => {
    const is = haproxy.simulator.observe('all').backends.get(SHOP)?.servers.size ?? 0;
    return haproxy.files === 'right' ? picture.desired : both({ shop: is, cart: picture.desired.backends.get(CART)?.servers.length ?? 0 });
  };
  const reloader: Reloader = new Reloader({
    log,
    deploy: async () => {
      haproxy.simulator.reload(files());
      return Promise.resolve('loaded');
    },
    onDone: () => loop.afterReload(),
    askHold: async () => Promise.resolve(undefined),
  });
  const saver = new Saver({ log, save: async () => Promise.resolve() });
  const loop: Loop = new Loop({
    log,
    picture: picture as unknown as Picture,
    haproxy: haproxy as unknown as Haproxy,
    reloader,
    saver,
    auditMs: 3_600_000,
    onProblems: () => undefined,
    retryMs: 1,
  });
  t.after(async () => {
    await loop.close();
    await reloader.close();
    await saver.close();
  });
  return {
    haproxy,
    loop,
    givenUp: () => givenUp,
    reloads: () => reloader.counts.reloads,
    want: (servers) => {
      const wanted = both(servers);
      // As the assembly does: what is equal stays the same.
      const kept = [...wanted.backends].map(([name, backend]): [string, Backend] => {
        const before = picture.desired.backends.get(name);
        return [name, before?.servers.length === backend.servers.length ? before : backend];
      });
      picture.desired = { ...wanted, backends: new Map(kept) };
      loop.takeChange({ ...noChange(), backends: new Set([SHOP, CART]) });
    },
    serversOf: (backend) => haproxy.simulator.observe('all').backends.get(backend)?.servers.size ?? 0,
  };
};

for (const ways of ['refuses', 'ignores'] as const)
  test(`a backend of which HAProxy ${ways} every step is given up after a few, and all others go on`, async (t) => {
    const { haproxy, loop, givenUp, reloads, want, serversOf } = rig(t);
    haproxy.ways = ways;
    want({ shop: 3, cart: 3 });
    await waitFor('the other backend is as it should be', () => serversOf(CART) === 3);
    const words = await waitFor('it is given up', () => givenUp().get(SHOP));
    assert.match(words, ways === 'refuses' ? /HAProxy answered 'no\.' to 'add server shop'/ : /not as it was told to be \(add-server\)/);
    const before = { told: haproxy.told, reloads: reloads() };
    assert.ok(before.reloads <= 2, `${before.reloads} reloads`);

    want({ shop: 3, cart: 4 });
    await waitFor('the other backend goes on', () => serversOf(CART) === 4);
    loop.lookAtAll();
    await waitFor('a whole look was a good one', () => loop.lastCycle?.kind === 'noop');
    assert.deepEqual({ told: haproxy.told, reloads: reloads() }, before, 'nothing is asked for what was given up');
    assert.ok(loop.applied);
    assert.equal(loop.failure, undefined);

    haproxy.ways = 'well';
    want({ shop: 2, cart: 4 });
    await waitFor('it is tried again when something else is wanted of it', () => serversOf(SHOP) === 2);
    await waitFor('and no longer given up', () => givenUp().size === 0);
  });

test('where a reload helps, that is all that is needed', async (t) => {
  const { haproxy, givenUp, reloads, want, serversOf } = rig(t);
  haproxy.ways = 'refuses';
  haproxy.files = 'right';
  want({ shop: 3, cart: 1 });
  await waitFor('it has its servers', () => serversOf(SHOP) === 3);
  assert.equal(reloads(), 1);
  assert.equal(givenUp().size, 0);
});

test('reloads for a reason that each leaves as it was end', async (t) => {
  const { haproxy, loop, givenUp, reloads } = rig(t);
  // As with a template that does not render it.
  const only = aDesired([backendOf(CART, 1)]);
  haproxy.simulator.reload(only);
  Object.defineProperty(haproxy, 'capabilities', { value: haproxy26 });
  haproxy.simulator.reload = (): void => undefined;
  loop.lookAtAll();
  await waitFor('it is given up', () => givenUp().has(SHOP));
  const before = reloads();
  assert.ok(before <= 4, `${before} reloads`);
  loop.lookAtAll();
  await waitFor('a look that asks for none', () => loop.lastCycle?.kind === 'noop');
  assert.equal(reloads(), before);
});

test('each reason for a reload that is about one backend says which', () => {
  const profile = aProfile({ balance: 'source' });
  const sticky = aProfile({ cookieName: 'c' });
  const of = (backend: Parameters<typeof aBackend>[0]): Desired => aDesired([aBackend(backend)]);
  for (const name of ['a', 'a.b-c_1', 'a:', 'is', 'backend']) {
    const rows: readonly (readonly [is: Desired, wanted: Desired])[] = [
      [aDesired([]), of({ name, profile })],
      [of({ name, servers: [] }), of({ name, profile, servers: [] })],
      [of({ name, profile, servers: [] }), of({ name, profile })],
      [of({ name, profile }), of({ name, profile, servers: [aServer({ weight: 9 })] })],
      [of({ name, profile: sticky, servers: [] }), of({ name, profile: sticky, servers: [aServer({ cookie: 'c' })] })],
    ];
    for (const [is, wanted] of rows) {
      const [reason, ...more] = planBackends(anObserved(is), wanted, false, haproxy26).because;
      assert.deepEqual([reason?.backend, more], [name, []], reason?.words);
    }
  }
});
