import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Leader } from '../../src/controller/leader.ts';
import type { KnownPeer } from '../../src/observe/peers.ts';

const ALONE = { others: { look: async () => Promise.resolve(), known: [] }, startedAt: '2026-01-05' };

const none = async (): Promise<never> => Promise.reject(new Error('nobody asks'));

const SELF = { appId: '/sluice', taskId: 'two' };

/** Marathon's tasks and the other Sluices as a test sets them; each question comes later than the last. */
const openWorld = (self: typeof SELF | undefined) => {
  const world = {
    running: new Map<string, { since: string; isIll: boolean }>(),
    known: [] as readonly KnownPeer[],
    looks: 0,
    nowMs: 0,
  };
  const others = {
    look: async () => {
      world.looks += 1;
      return Promise.resolve();
    },
    get known() {
      return world.known;
    },
  };
  const running = self === undefined ? none : async () => Promise.resolve(world.running);
  const leader = new Leader({ mode: 'auto', self, running, others, startedAt: '2026-01-05', nowMs: () => world.nowMs });
  const leads = async (): Promise<boolean> => {
    world.nowMs += 10_000;
    return leader.isLeading();
  };
  return { world, leader, leads };
};

test('who does not run in Marathon leads alone; whoever is told to, or not to, does as told', async () => {
  for (const self of [undefined, SELF])
    for (const [mode, leads] of [
      ['on', true],
      ['off', false],
    ] as const)
      assert.equal(await new Leader({ ...ALONE, mode, self, running: none, nowMs: () => 0 }).isLeading(), leads);
  assert.equal(await new Leader({ ...ALONE, mode: 'auto', self: undefined, running: none, nowMs: () => 0 }).isLeading(), true);
});

test('of the tasks of one app the oldest leads, and the next one when it is gone', async () => {
  const { world, leader } = openWorld(SELF);
  world.running = new Map([
    ['one', { since: '2026-01-01', isIll: false }],
    ['two', { since: '2026-01-02', isIll: false }],
  ]);
  assert.equal(await leader.isLeading(), false);
  assert.deepEqual(leader.leading, { leads: false, leader: 'one' });
  world.running.delete('one');
  assert.equal(await leader.isLeading(), false, 'Marathon is not asked each time');
  world.nowMs = 10_000;
  assert.equal(await leader.isLeading(), true);
});

test('an older task whose Sluice hangs is passed over after some looks, and leads again when it has answered for some', async () => {
  const { world, leader, leads } = openWorld(SELF);
  world.running = new Map([
    ['one', { since: '2026-01-01', isIll: false }],
    ['two', { since: '2026-01-02', isIll: false }],
  ]);
  const answering: KnownPeer = { name: 'edge-1:9090', sluice: 'one', answeredAt: '2026-01-02' };
  world.known = [answering];
  assert.equal(await leads(), false);
  world.known = [{ ...answering, kind: 'silent', because: 'no answer within 2 s' }];
  const hanging = [await leads(), await leads(), await leads(), await leads(), await leads()];
  assert.deepEqual(hanging, [false, false, false, false, true]);
  world.known = [answering];
  const back = [await leads(), await leads(), await leads(), await leads(), await leads()];
  assert.deepEqual(back, [true, true, true, true, false]);
  assert.deepEqual(leader.leading, { leads: false, leader: 'one' });
});

test('who is the oldest asks nobody, whatever is said about it', async () => {
  const { world, leads } = openWorld(SELF);
  world.running = new Map([['two', { since: '2026-01-02', isIll: false }]]);
  world.known = [{ name: 'two', kind: 'silent', because: 'no answer' }];
  for (let look = 0; look < 8; look++) assert.equal(await leads(), true);
  assert.equal(world.looks, 0);
});

test('outside of Marathon the oldest of those leads that answer, and look at their rollouts', async () => {
  const { world, leader, leads } = openWorld(undefined);
  const among = async (...known: readonly KnownPeer[]): Promise<boolean> => {
    world.known = known;
    return leads();
  };
  assert.deepEqual(leader.leading, { leads: undefined });
  assert.equal(await among(), true);
  assert.equal(await among({ name: 'b', startedAt: '2026-01-06' }), true);
  assert.equal(await among({ name: 'b', startedAt: '2026-01-04' }, { name: 'c', startedAt: '2026-01-03' }), false);
  assert.deepEqual(leader.leading, { leads: false, leader: 'c' });
  assert.equal(
    await among(
      { name: 'b', startedAt: '2026-01-04', kind: 'unreached', because: 'no answer' },
      { name: 'c', kind: 'unreached', because: 'never' },
    ),
    true,
  );
  const behind: KnownPeer = { name: 'b', sluice: 'edge', startedAt: '2026-01-04', behindMs: 60_000 };
  const looks = [await among(behind), await among(behind), await among(behind), await among(behind), await among(behind)];
  assert.deepEqual(looks, [false, false, false, false, true]);
});
