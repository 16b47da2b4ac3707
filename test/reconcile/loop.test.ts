import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import type { Haproxy } from '../../src/haproxy/haproxy.ts';
import { type Change, noChange } from '../../src/desired/change.ts';
import type { Desired } from '../../src/desired/desired.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import type { Observed, ObservedBackend, Scope } from '../../src/plan/observed.ts';
import { Loop } from '../../src/reconcile/loop.ts';
import type { Picture } from '../../src/picture/picture.ts';
import type { AskHold } from '../../src/reload/hold.ts';
import { Reloader } from '../../src/reload/reloader.ts';
import { Saver } from '../../src/reload/saver.ts';
import { aBackend, aDesired, aServer } from '../kit/builders.ts';
import { anObserved } from '../kit/simulator.ts';
import { waitFor } from '../kit/wait-for.ts';

const log = pino({ level: 'silent' });
const WANTED = 'a'.repeat(36);

/** A HAProxy without anything, as the test says it is: the loop meets the real one in the scenarios. */
class FakeHaproxy {
  running = true;
  readonly capabilities = { addBackend: false, cookieOnNewServer: false };
  fingerprint = WANTED;
  readonly scopes: Scope[] = [];
  backends: Observed['backends'] = new Map();
  /** Runs before each observation is answered. */
  meanwhile: () => void | Promise<void> = () => undefined;

  isRunning(): boolean {
    return this.running;
  }

  async observe(scope: Scope): Promise<Observed> {
    this.scopes.push(scope);
    await this.meanwhile();
    return { fingerprint: this.fingerprint, pid: 1, scope, backends: this.backends, maps: new Map() };
  }

  async apply(): Promise<{ readonly outcomes: readonly [] }> {
    return { outcomes: [] };
  }
}

interface Rig {
  readonly haproxy: FakeHaproxy;
  readonly loop: Loop;
  readonly reloads: string[][];
  readonly picture: { fingerprint: string; desired: Desired; take: () => Change };
}

const rig = (t: TestContext, deploy: () => Promise<void> = async () => undefined, askHold: AskHold = async () => undefined): Rig => {
  const haproxy = new FakeHaproxy();
  const reloads: string[][] = [];
  const picture = {
    mayBeApplied: true,
    fingerprint: WANTED,
    desired: aDesired([]),
    take: () => noChange(),
  };
  const reloader: Reloader = new Reloader({
    log,
    deploy: async () => {
      reloads.push([...reloader.pending]);
      await deploy();
      haproxy.fingerprint = picture.fingerprint;
      return 'loaded';
    },
    onDone: () => loop.afterReload(),
    askHold,
    firstRetryMs: 60_000,
  });
  const saver = new Saver({ log, save: async () => undefined });
  const loop: Loop = new Loop({
    log,
    picture: picture as unknown as Picture,
    haproxy: haproxy as unknown as Haproxy,
    reloader,
    saver,
    onProblems: () => undefined,
    auditMs: 3_600_000,
    retryMs: 1,
  });
  t.after(async () => {
    await loop.close();
    await reloader.close();
    await saver.close();
  });
  return { haproxy, loop, reloads, picture };
};

const structureChange = () => ({ ...noChange(), structure: true });

test('while HAProxy cannot be started the loop rests', async (t) => {
  const { haproxy, loop, reloads } = rig(t, async () => Promise.reject(new Error('port 80 is taken')));
  haproxy.running = false;
  let looks = 0;
  haproxy.isRunning = () => {
    looks += 1;
    return false;
  };
  loop.lookAtAll();
  await waitFor('the start to be tried', () => reloads.length === 1);
  await wait(20);
  const before = looks;
  await wait(20);
  // A loop that spins looks thousands of times in this while; one look may be late on a busy machine.
  assert.ok(looks - before <= 2, 'nobody looks while nothing changes');
  assert.deepEqual(reloads[0], ['HAProxy is not running']);
});

test('a change of structure alone that comes while a cycle runs is planned by the next', async (t) => {
  const { haproxy, loop, reloads, picture } = rig(t);
  haproxy.meanwhile = () => {
    haproxy.meanwhile = () => undefined;
    // The cycle has its plan's input already: only another one can see this.
    setImmediate(() => {
      picture.fingerprint = 'b'.repeat(36);
      loop.takeChange(structureChange());
    });
  };
  loop.lookAtAll();
  await waitFor('the reload', () => reloads.length === 1);
  assert.deepEqual(reloads[0], ['settings or templates differ', 'listeners or their rules differ', 'the kinds of backends differ']);
});

test('a cycle that fails is tried again, also for a change of structure alone', async (t) => {
  const { haproxy, loop, reloads, picture } = rig(t);
  let failures = 0;
  haproxy.meanwhile = () => {
    if ((failures += 1) <= 3) throw new Error('the socket is busy');
  };
  picture.fingerprint = 'b'.repeat(36);
  loop.takeChange(structureChange());
  await waitFor('the reload', () => reloads.length === 1);
  await waitFor('the failure to be over', () => loop.failure === undefined);
});

test('how long cycles have failed does not change when the clock is set', async (t) => {
  const { haproxy, loop } = rig(t);
  haproxy.meanwhile = () => {
    throw new Error('the socket is gone');
  };
  loop.lookAtAll();
  const { sinceMs } = await waitFor('a cycle to fail', () => loop.failure);
  const now = Date.now.bind(Date);
  t.mock.method(Date, 'now', () => now() + 86_400_000);
  await waitFor('more to fail', () => (loop.failure?.inRow ?? 0) > 2);
  assert.ok((loop.failure?.forMs ?? Infinity) < 3_600_000);
  assert.equal(loop.failure?.sinceMs, sinceMs);
});

test('failing cycles are told, and after many HAProxy is reloaded', async (t) => {
  const { haproxy, loop, reloads } = rig(t);
  haproxy.meanwhile = () => {
    throw new Error('the socket is gone');
  };
  loop.lookAtAll();
  await waitFor('a reload', () => reloads.length > 0);
  assert.match(reloads[0]?.join() ?? '', /could not be looked at: the socket is gone/);
  assert.equal(loop.failure?.message, 'the socket is gone');
});

test('what went to the old worker during a reload is looked at again, and then everything', async (t) => {
  let end = (): void => undefined;
  const { haproxy, loop, reloads, picture } = rig(t, async () => new Promise((resolve) => (end = resolve)));
  picture.fingerprint = 'b'.repeat(36);
  loop.takeChange(structureChange());
  await waitFor('the reload to begin', () => reloads.length === 1);
  loop.takeChange({ ...noChange(), backends: new Set(['cart_10000']) });
  await waitFor('the backend to be looked at', () => haproxy.scopes.some((scope) => scope !== 'all' && scope.backends.has('cart_10000')));
  haproxy.scopes.length = 0;
  end();
  await waitFor('everything to be looked at', () => haproxy.scopes.includes('all'));
  const [first] = haproxy.scopes;
  assert.ok(first !== undefined && first !== 'all' && first.backends.has('cart_10000'));
});

test('while a reload is held back, what waits to go is looked at, but for what is to go as a whole', async (t) => {
  const { haproxy, loop, reloads, picture } = rig(t, undefined, async () => ({ restMs: 60_000, because: 'old workers live' }));
  const reload = (fingerprint: string): void => {
    picture.fingerprint = fingerprint.repeat(36);
    loop.takeChange(structureChange());
  };
  reload('b');
  await waitFor('the first reload', () => haproxy.fingerprint === picture.fingerprint);
  const retired = (backend: ObservedBackend): ObservedBackend => ({
    ...backend,
    servers: new Map(
      [...backend.servers].map(([name, server]) => [name, { ...server, state: 'maint', justRetired: true, restSeconds: 0.1 }]),
    ),
  });
  const before = anObserved(aDesired([aBackend({ servers: [aServer()] }), aBackend({ name: 'gone_1', servers: [aServer()] })]));
  haproxy.backends = new Map([...before.backends].map(([name, backend]) => [name, retired(backend)]));
  picture.desired = aDesired([aBackend({ servers: [] })]);
  reload('c');
  loop.lookAtAll();
  haproxy.scopes.length = 0;
  await waitFor(
    'it is looked at again and again',
    () => haproxy.scopes.filter((scope) => scope !== 'all' && scope.backends.has('shop_10000')).length > 1,
  );
  assert.ok(haproxy.scopes.every((scope) => scope === 'all' || !scope.backends.has('gone_1')));
  assert.equal(reloads.length, 1);
});

const anEvent: ModelEvent = { kind: 'app-gone', appId: '/web' };
const appliedBy = (loop: Loop): number => loop.durations.eventToApplied.counts.reduce((sum, count) => sum + count, 0);

test('an event counts as applied when HAProxy was found as desired with it, once; one that changes nothing never does', async (t) => {
  const { loop, picture } = rig(t);
  loop.take(anEvent);
  picture.take = () => ({ ...noChange(), backends: new Set(['web_10000']) });
  loop.take(anEvent);
  loop.take(anEvent);
  assert.equal(appliedBy(loop), 0);
  await waitFor('the events to be applied', () => appliedBy(loop) > 0);
  assert.equal(appliedBy(loop), 2);
  loop.lookAtAll();
  await waitFor('another cycle', () => loop.counters.cycles === 2);
  assert.equal(appliedBy(loop), 2);
  assert.equal(loop.counters.runtimeCycles + loop.counters.reloadCycles, 0);
});

test('an event that needs a reload counts as applied after it, also where cycles fail meanwhile', async (t) => {
  let finish = (): void => undefined;
  const { haproxy, loop, picture, reloads } = rig(t, () => new Promise((resolve) => (finish = resolve)));
  let failures = 0;
  haproxy.meanwhile = () => {
    if ((failures += 1) <= 2) throw new Error('the socket is busy');
  };
  picture.take = structureChange;
  picture.fingerprint = 'b'.repeat(36);
  loop.take(anEvent);
  await waitFor('the reload', () => reloads.length === 1);
  loop.lookAtAll();
  await waitFor('another cycle', () => loop.counters.reloadCycles === 2);
  assert.equal(appliedBy(loop), 0);
  finish();
  await waitFor('the event to be applied', () => appliedBy(loop) === 1);
});
