import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from '../../src/kit/backoff.ts';

const limits = { baseMs: 100, maxMs: 1_000 };

const TABLE: readonly (readonly [sentence: string, failures: number, random: number, expected: number])[] = [
  ['the first pause is between half the base', 1, 0, 50],
  ['and all of it', 1, 1, 100],
  ['each failure doubles it', 3, 1, 400],
  ['up to the limit', 9, 1, 1_000],
  ['for ever', 100_000, 0, 500],
];

for (const [sentence, failures, random, expected] of TABLE) {
  test(sentence, () =>
    assert.equal(
      backoffMs(failures, limits, () => random),
      expected,
    ),
  );
}
