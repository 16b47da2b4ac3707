import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CheckEndless } from '../../src/haproxy/check.ts';
import { CheckPatience } from '../../src/haproxy/check-patience.ts';

const endless = new CheckEndless('it did not end');

describe('how long a check may take', () => {
  /** Limits that checks got, of which each fails with its error, or ends at once. */
  const limitsOf = async (...errors: readonly (Error | undefined)[]): Promise<readonly number[]> => {
    const patience = new CheckPatience();
    const limits: number[] = [];
    for (const error of errors) {
      const outcome = patience.wait((limitMs) => {
        limits.push(limitMs);
        return error === undefined ? Promise.resolve('taken') : Promise.reject(error);
      });
      if (error === undefined) assert.equal(await outcome, 'taken');
      else await assert.rejects(outcome, error);
    }
    return limits;
  };

  it('is twice as long after one that did not end, up to a minute', async () =>
    assert.deepEqual(await limitsOf(endless, endless, endless, endless, endless), [10_000, 20_000, 40_000, 60_000, 60_000]));

  it('is short again where checks end soon', async () =>
    assert.deepEqual(await limitsOf(endless, endless, undefined, undefined), [10_000, 20_000, 40_000, 10_000]));

  it('is as it was after one that was refused, or could not be run', async () =>
    assert.deepEqual(await limitsOf(endless, new Error('refused'), undefined), [10_000, 20_000, 20_000]));
});
