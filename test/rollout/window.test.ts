import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Counters, Observations } from '../../src/rollout/observation.ts';
import { countedBetween } from '../../src/rollout/window.ts';

const counted = (requests: number, errors5xx: number, connectionErrors: number, responseTimes?: readonly number[]): Counters => ({
  ...{ requests, errors5xx, connectionErrors },
  ...(responseTimes === undefined ? {} : { responseTimes }),
});

/** By Sluice. */
const seen = (bySluice: Readonly<Record<string, Counters>>): Observations => ({
  seen: Object.entries(bySluice).map(([sluice, counters]) => ({
    ...{ sluice, at: '', revision: 1 },
    apps: { '/shop': { servers: [], counters } },
  })),
  missing: [],
});

const between = (before: Observations, after: Observations): Counters => countedBetween(before, after, '/shop');

test('what came in a window is added up over all Sluices that were there when it began', () =>
  assert.deepEqual(
    between(
      seen({ a: counted(10, 1, 0, [10]), b: counted(5, 0, 0, [5]) }),
      seen({ a: counted(30, 2, 3, [30]), b: counted(6, 0, 1, [6]), c: counted(9, 9, 0) }),
    ),
    counted(21, 1, 4, [21]),
  ));

test('where counters have begun anew all of them count from nothing: no more has failed than was asked', () => {
  assert.deepEqual(between(seen({ a: counted(100, 0, 2) }), seen({ a: counted(5, 0, 5) })), counted(5, 0, 5));
  assert.deepEqual(between(seen({ a: counted(10, 8, 0) }), seen({ a: counted(12, 3, 9) })), counted(12, 3, 9));
});
