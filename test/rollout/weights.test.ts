import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Side, weightsOf } from '../../src/rollout/weights.ts';

const sum = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0);

/** How far the worst side is from its share, in points. */
const worstError = (sides: readonly Side[]): number => {
  const all = sum(sides.filter(({ servers }) => servers > 0).map(({ share }) => share));
  const totals = weightsOf(sides).map(sum);
  const errors = sides.map(({ share, servers }, index) =>
    servers === 0 ? 0 : Math.abs((100 * (totals[index] ?? 0)) / sum(totals) - (100 * share) / all),
  );
  return Math.max(...errors);
};

const side = (most: number): fc.Arbitrary<Side> =>
  fc.record({ share: fc.nat({ max: 1000 }).map((tenths) => tenths / 10), servers: fc.nat({ max: most }) });

const sides = fc.array(side(200), { minLength: 1, maxLength: 5 });

describe('weights of a split', () => {
  it('keep two sides within half a point, for every share and number of servers', () => {
    let worst = 0;
    for (const blue of [1, 2, 3, 4, 5, 7, 10, 13, 50, 99, 128, 200])
      for (const green of [1, 2, 3, 4, 5, 7, 10, 13, 50, 99, 128, 200])
        for (let tenths = 0; tenths <= 1000; tenths += 1)
          worst = Math.max(
            worst,
            worstError([
              { share: tenths / 10, servers: green },
              { share: (1000 - tenths) / 10, servers: blue },
            ]),
          );
    assert.ok(worst <= 0.5, `${worst} points`);
  });

  it('are whole numbers of 0 to 256, and 0 just where nothing is shared', () => {
    fc.assert(
      fc.property(sides, (all) => {
        for (const [index, weights] of weightsOf(all).entries()) {
          const { share = 0, servers = 0 } = all[index] ?? {};
          assert.equal(weights.length, servers);
          assert.ok(weights.every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 256));
          assert.equal(sum(weights) > 0, share > 0 && servers > 0);
        }
      }),
    );
  });

  it('keep three and more sides within half a point of what each should have', () => {
    const several = fc
      .array(side(200), { minLength: 3, maxLength: 5 })
      .filter(
        (all) => all.every(({ share, servers }) => servers > 0 && (share === 0 || share >= 0.5)) && all.some(({ share }) => share > 0),
      );
    fc.assert(fc.property(several, (all) => assert.ok(worstError(all) <= 0.5, `${worstError(all)} points`)));
  });

  it('are the same within a side, but for one, so that no server has more to do than its neighbours', () => {
    fc.assert(
      fc.property(sides, (all) => {
        for (const weights of weightsOf(all)) assert.ok(weights.length === 0 || Math.max(...weights) - Math.min(...weights) <= 1);
      }),
    );
  });
});
