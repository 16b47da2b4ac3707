import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LONGEST_HOLD_MS, reloadSpacingMs, type SpacingFacts } from '../../src/reload/spacing.ts';

/** The defaults of --max-old-workers and --hard-stop-after. */
const byDefault: SpacingFacts = { lastDurationMs: 0, oldWorkers: 0, oldWorkersLimit: 20, oldWorkerLifeMs: 1_800_000 };

const TABLE: readonly (readonly [string, Partial<SpacingFacts>, number])[] = [
  ['a reload that took no time is followed by a short rest', {}, 200],
  ['else by three times what it took', { lastDurationMs: 300 }, 900],
  ['but by no more than 2 s', { lastDurationMs: 4000 }, 2000],
  ['a quarter of the limit costs nothing', { oldWorkers: 5 }, 200],
  ['nor does it where reloads are slow', { oldWorkers: 5, lastDurationMs: 300 }, 900],
  ['the next one costs some seconds', { oldWorkers: 6 }, 2060],
  ['or what a slow reload costs', { oldWorkers: 6, oldWorkerLifeMs: 180_000, lastDurationMs: 500 }, 1500],
  ['each further one half as much again', { oldWorkers: 7 }, 3090],
  ['at half of the limit it is seconds', { oldWorkers: 10 }, 10_430],
  ['at three quarters more than a minute', { oldWorkers: 15 }, 79_200],
  ['at the limit minutes', { oldWorkers: 20 }, 601_372],
  ['beyond it no more', { oldWorkers: 30 }, 601_372],
  ['workers that live shortly are waited for shortly', { oldWorkers: 20, oldWorkerLifeMs: 60_000 }, 20_046],
  ['nobody waits for longer than a quarter of an hour', { oldWorkers: 20, oldWorkerLifeMs: 86_400_000 }, LONGEST_HOLD_MS],
  ['also where only one may live', { oldWorkers: 1, oldWorkersLimit: 1 }, LONGEST_HOLD_MS],
  ['of two the first costs', { oldWorkers: 1, oldWorkersLimit: 2 }, 720_000],
  ['of two none is free, and none costs nothing', { oldWorkers: 0, oldWorkersLimit: 2 }, 200],
  ['a limit that is very high is one', { oldWorkers: 4000, oldWorkersLimit: 10_000 }, 200],
  ['with its price at the end', { oldWorkers: 10_000, oldWorkersLimit: 10_000 }, 600_000],
];

describe('the time between two reloads', () => {
  for (const [sentence, facts, expected] of TABLE)
    it(sentence, () => {
      const ms = reloadSpacingMs({ ...byDefault, ...facts });
      assert.ok(Math.abs(ms - expected) <= expected / 1000, `${ms} ms, not ${expected}`);
    });
});

/** Somebody who reloads whenever he may, while every replaced worker lives as long as it may: the most that live at once in so many lives. */
const mostOldWorkers = (oldWorkersLimit: number, oldWorkerLifeMs: number, lives = 4): number => {
  let most = 0;
  let nowMs = 0;
  const replacedAtMs = [0];
  while (nowMs < lives * oldWorkerLifeMs) {
    const lastMs = replacedAtMs.at(-1) ?? 0;
    const alive = replacedAtMs.filter((atMs) => nowMs < atMs + oldWorkerLifeMs);
    most = Math.max(most, alive.length);
    const mayMs = lastMs + reloadSpacingMs({ lastDurationMs: 0, oldWorkers: alive.length, oldWorkersLimit, oldWorkerLifeMs });
    const nextEndMs = (alive[0] ?? Number.POSITIVE_INFINITY) + oldWorkerLifeMs;
    if (nextEndMs < mayMs) nowMs = nextEndMs;
    else {
      nowMs = Math.max(nowMs, mayMs);
      replacedAtMs.push(nowMs);
    }
  }
  return most;
};

describe('reloads without end use up no limit', () => {
  for (const [limit, lifeSeconds] of [
    [3, 1800],
    [4, 1800],
    [20, 1800],
    [20, 60],
    [20, 2600],
    [100, 1800],
  ] as const)
    it(`of ${limit} workers that live ${lifeSeconds} s`, () => {
      const most = mostOldWorkers(limit, lifeSeconds * 1000);
      assert.ok(most <= limit, `${most} at once`);
      assert.ok(most > limit / 4, `only ${most} at once: nobody reloaded`);
    });
});
