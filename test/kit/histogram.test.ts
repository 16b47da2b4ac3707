import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from '../../src/kit/histogram.ts';

test('a value counts where it is not above the bound, and above all bounds in the last place', () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11, 1000]) histogram.add(value);
  assert.deepEqual(histogram.data, { bounds: [1, 10], counts: [2, 2, 2], sum: 1023.5 });
});

test('the same many times is one call', () => {
  const histogram = new Histogram([1]);
  histogram.add(0.5, 4);
  assert.deepEqual(histogram.data, { bounds: [1], counts: [4, 0], sum: 2 });
});

test('what was told once stays as it was', () => {
  const histogram = new Histogram([1]);
  const { data } = histogram;
  histogram.add(1);
  assert.deepEqual(data.counts, [0, 0]);
});
