import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lag } from '../../src/marathon/lag.ts';

/** Events a second apart; each comes so many ms after it was made. By a clock of Marathon's that differs from ours. */
const isTooLong = (lagsMs: readonly number[], clockMs: (at: number) => number = () => 1_600_000_000_000): readonly boolean[] => {
  const lag = new Lag(10_000);
  return lagsMs.map((lagMs, at) => lag.isTooLong(clockMs(at) + at * 1000, at * 1000 + lagMs));
};
const after = (count: number, lagMs: number): readonly number[] => Array.from({ length: count }, () => lagMs);

test('events that come at once, or all equally late, are read in time', () => {
  assert.ok(!isTooLong(after(60, 5)).includes(true));
  assert.ok(!isTooLong(after(60, 90_000)).includes(true));
});

test('events that come later and later are not', () => {
  const lags = Array.from({ length: 60 }, (_, at) => at * 1000);
  assert.equal(isTooLong(lags).at(-1), true);
});

test('one late event is an accident, and so are some seconds of them', () => {
  assert.ok(!isTooLong([...after(5, 5), 60_000, ...after(60, 5)]).includes(true));
  assert.ok(!isTooLong([...after(5, 5), ...after(9, 20_000), ...after(60, 5)]).includes(true));
});

test("Marathon's clock set forward is no lag; set back it is taken for one, which costs a full read", () => {
  assert.ok(!isTooLong(after(60, 5), (at) => 1_600_000_000_000 + (at > 20 ? 3_600_000 : 0)).includes(true));
  assert.ok(isTooLong(after(60, 5), (at) => 1_600_000_000_000 - (at > 20 ? 3_600_000 : 0)).includes(true));
});

test('clocks that drift apart by a second an hour are no lag after weeks', () => {
  assert.ok(!isTooLong(after(100_000, 5), (at) => 1_600_000_000_000 - at / 3.6).includes(true));
});
