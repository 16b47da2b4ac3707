import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Leader } from '../../src/controller/leader.ts';
import type { KnownPeer } from '../../src/observe/peers.ts';

const ALONE = { others: { look: async () => Promise.resolve(), known: [] }, startedAt: '2026-01-05' };

test('who does not run in Marathon leads alone', async () => {
  const none = async (): Promise<never> => Promise.reject(new Error('nobody asks'));
  for (const [mode, leads] of [
    ['auto', true],
    ['on', true],
    ['off', false],
  ] as const)
    assert.equal(await new Leader({ ...ALONE, mode, self: undefined, healthySince: none, nowMs: () => 0 }).isLeading(), leads);
});

test('of the tasks of one app the oldest leads, and the next one when it is gone', async () => {
  let since = new Map([
    ['one', '2026-01-01'],
    ['two', '2026-01-02'],
  ]);
  let nowMs = 0;
  const leader = new Leader({
    ...ALONE,
    mode: 'auto',
    self: { appId: '/sluice', taskId: 'two' },
    healthySince: async () => Promise.resolve(since),
    nowMs: () => nowMs,
  });
  assert.equal(await leader.isLeading(), false);
  since = new Map([['two', '2026-01-02']]);
  assert.equal(await leader.isLeading(), false, 'Marathon is not asked each time');
  nowMs = 10_000;
  assert.equal(await leader.isLeading(), true);
  assert.equal(
    await new Leader({
      ...ALONE,
      mode: 'off',
      self: { appId: '/sluice', taskId: 'two' },
      healthySince: async () => Promise.resolve(since),
      nowMs: () => nowMs,
    }).isLeading(),
    false,
  );
});

test('outside of Marathon the oldest of those leads that answer', async () => {
  let known: readonly KnownPeer[] = [];
  let nowMs = 0;
  const others = {
    look: async () => Promise.resolve(),
    get known() {
      return known;
    },
  };
  const healthySince = async (): Promise<never> => Promise.reject(new Error('nobody asks'));
  const leader = new Leader({ mode: 'auto', self: undefined, healthySince, others, startedAt: '2026-01-05', nowMs: () => nowMs });
  const leads = async (...now: readonly KnownPeer[]): Promise<boolean> => {
    known = now;
    nowMs += 10_000;
    return leader.isLeading();
  };
  assert.deepEqual(leader.leading, { leads: undefined });
  assert.equal(await leads(), true);
  assert.equal(await leads({ name: 'b', startedAt: '2026-01-06' }), true);
  assert.equal(await leads({ name: 'b', startedAt: '2026-01-04' }, { name: 'c', startedAt: '2026-01-03' }), false);
  assert.deepEqual(leader.leading, { leads: false, leader: 'c' });
  assert.equal(await leads({ name: 'b', startedAt: '2026-01-04', because: 'no answer' }, { name: 'c', because: 'never' }), true);
});
