import assert from 'node:assert/strict';
import { it } from 'node:test';
import { eachHaproxy } from '../kit/haproxy.ts';
import { openSplitRig } from '../kit/split-rig.ts';

/** Percent and number of servers of each side; bench/split-accuracy.bench.ts asks for more of them, and longer. */
const SPLITS = [
  [
    [5, 50],
    [95, 1],
  ],
  [
    [33.3, 10],
    [66.7, 3],
  ],
  [
    [0.5, 40],
    [99.5, 40],
  ],
  [
    [10, 1],
    [20, 7],
    [70, 2],
  ],
  [
    [0, 3],
    [100, 2],
  ],
] as const;

const REQUESTS = 4000;

eachHaproxy('a split by weights', ({ binary }) => {
  it('is within half a point of the shares', async (t) => {
    const splits = SPLITS.map((sides) => sides.map(([share, servers]) => ({ share, servers })));
    const rig = await openSplitRig(t, binary, splits);
    for (const [index, sides] of splits.entries()) {
      const counts = await rig.measure(index, REQUESTS);
      for (const [side, { share }] of sides.entries()) {
        const percent = (100 * (counts[side] ?? 0)) / REQUESTS;
        assert.ok(Math.abs(percent - share) <= 0.5, `${share} %: ${percent} %`);
        if (share === 0) assert.equal(counts[side], 0);
      }
    }
  });
});
