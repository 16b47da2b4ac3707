import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Leader, selfIn } from '../../src/controller/leader.ts';

test('who does not run in Marathon leads alone', async () => {
  assert.equal(selfIn({ MARATHON_APP_ID: '/sluice' }), undefined);
  const none = async (): Promise<never> => Promise.reject(new Error('nobody asks'));
  for (const [mode, leads] of [
    ['auto', true],
    ['on', true],
    ['off', false],
  ] as const)
    assert.equal(await new Leader({ mode, self: undefined, healthySince: none, nowMs: () => 0 }).isLeading(), leads);
});

test('of the tasks of one app the oldest leads, and the next one when it is gone', async () => {
  let since = new Map([
    ['one', '2026-01-01'],
    ['two', '2026-01-02'],
  ]);
  let nowMs = 0;
  const leader = new Leader({
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
      mode: 'off',
      self: { appId: '/sluice', taskId: 'two' },
      healthySince: async () => Promise.resolve(since),
      nowMs: () => nowMs,
    }).isLeading(),
    false,
  );
});
