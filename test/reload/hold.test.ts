import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holdByOldWorkers } from '../../src/reload/hold.ts';
import { LONGEST_HOLD_MS } from '../../src/reload/spacing.ts';

const holdWith = (oldWorkers: number | null) => {
  let asked = 0;
  const askHold = holdByOldWorkers({
    countOldWorkers: async () => {
      asked += 1;
      return oldWorkers;
    },
    oldWorkersLimit: 20,
    oldWorkerLifeMs: 1_800_000,
  });
  return { askHold, asked: () => asked };
};

const agoMs = (ms: number) => ({ endedAtMs: performance.now() - ms, durationMs: 0 });

describe('a reload', () => {
  it('waits for the rest of the time that old workers cost, and says why', async () => {
    const hold = await holdWith(15).askHold(agoMs(40_000));
    assert.ok(hold !== undefined && hold.restMs > 30_000 && hold.restMs < 40_000, `${hold?.restMs ?? 'no'} ms`);
    assert.equal(hold.because, '15 replaced workers still have connections; with more than 20 the oldest is ended');
  });
  it('does not wait where few live', async () => assert.equal(await holdWith(3).askHold(agoMs(1000)), undefined));
  it('does not wait when the time is over', async () => assert.equal(await holdWith(15).askHold(agoMs(80_000)), undefined));
  it('does not wait where HAProxy does not say how many live', async () =>
    assert.equal(await holdWith(null).askHold(agoMs(1000)), undefined));
  it('does not even ask HAProxy after a quiet time', async () => {
    const { askHold, asked } = holdWith(20);
    assert.equal(await askHold(agoMs(LONGEST_HOLD_MS + 1)), undefined);
    assert.equal(asked(), 0);
  });
});
