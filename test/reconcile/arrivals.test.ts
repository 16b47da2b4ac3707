import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Arrival, Arrivals } from '../../src/reconcile/arrivals.ts';

const total = (arrivals: readonly Arrival[]): number => arrivals.reduce((sum, { count }) => sum + count, 0);

test('what arrived is taken once', () => {
  const arrivals = new Arrivals();
  arrivals.add(10);
  arrivals.add(12);
  assert.deepEqual(arrivals.take(), [
    { atMs: 10, count: 1 },
    { atMs: 12, count: 1 },
  ]);
  assert.deepEqual(arrivals.take(), []);
});

test('what was put back comes before what arrived meanwhile', () => {
  const arrivals = new Arrivals();
  arrivals.add(10);
  const taken = arrivals.take();
  arrivals.add(20);
  arrivals.putBack(taken);
  assert.deepEqual(
    arrivals.take().map(({ atMs }) => atMs),
    [10, 20],
  );
});

test('none is forgotten, none counts as later than it came, and the room does not grow with their number', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 2000 }), fc.nat(10), (gaps, putBackEvery) => {
      const arrivals = new Arrivals();
      let atMs = 0;
      let latenessMs = 0;
      for (const [index, gap] of gaps.entries()) {
        atMs += gap;
        latenessMs += atMs;
        arrivals.add(atMs);
        if (putBackEvery > 0 && index % putBackEvery === 0) arrivals.putBack(arrivals.take());
      }
      const taken = arrivals.take();
      assert.equal(total(taken), gaps.length);
      assert.ok(taken.length <= 128);
      assert.ok(taken.reduce((sum, arrival) => sum + arrival.atMs * arrival.count, 0) <= latenessMs);
    }),
  );
});
