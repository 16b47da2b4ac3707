import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bucketsOf } from '../../src/rollout/buckets.ts';

const ALL = Array.from({ length: 1000 }, (_, number) => `${1000 + number}`);

/** Whose each number is, as HAProxy finds it: by the longest first digits. */
const ownersBy = (shares: readonly number[]): readonly number[] => {
  const entries = bucketsOf(shares).flatMap((prefixes, owner) => prefixes.map((prefix) => [prefix, owner] as const));
  assert.equal(new Set(entries.map(([prefix]) => prefix)).size, entries.length, 'no first digits are of two');
  return ALL.map((number) => {
    const found = entries.filter(([prefix]) => number.startsWith(prefix));
    assert.equal(found.length, 1, `${number} is one's, and nobody else's`);
    return found[0]?.[1] ?? -1;
  });
};

const countOf = (owners: readonly number[], owner: number): number => owners.filter((one) => one === owner).length;

const tenths = fc.integer({ min: 0, max: 1000 });

describe('numbers of visitors', () => {
  it('are given out by shares', () => {
    assert.deepEqual(bucketsOf([90, 10]), [['10', '11', '12', '13', '14', '15', '16', '17', '18'], ['19']]);
    assert.deepEqual(bucketsOf([0, 100]), [[], ['1']]);
    assert.deepEqual(bucketsOf([100, 0]), [['1'], []]);
    assert.deepEqual(bucketsOf([99.9, 0.1])[1], ['1999']);
  });

  it('are as many in a thousand as the share is in tenths of a percent', () => {
    fc.assert(
      fc.property(tenths, (green) => {
        assert.equal(countOf(ownersBy([(1000 - green) / 10, green / 10]), 1), green);
      }),
    );
  });

  it('go from one to the other only where they must', () => {
    fc.assert(
      fc.property(tenths, tenths, (before, after) => {
        const [was, is] = [before, after].map((green) => ownersBy([(1000 - green) / 10, green / 10])) as [number[], number[]];
        const moved = was.filter((owner, index) => owner !== is[index]).length;
        assert.equal(moved, Math.abs(after - before));
      }),
    );
  });

  it('are all given out among any number of colours, and none to one without a share', () => {
    const shares = fc
      .array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 })
      .filter((some) => some.some((share) => share > 0));
    fc.assert(
      fc.property(shares, (some) => {
        const owners = ownersBy(some);
        const all = some.reduce((sum, share) => sum + share, 0);
        for (const [owner, share] of some.entries()) {
          const count = countOf(owners, owner);
          assert.ok(share > 0 || count === 0);
          assert.ok(Math.abs(count - (share * 1000) / all) <= 1, `${count} for ${share} of ${all}`);
        }
      }),
    );
  });
});
