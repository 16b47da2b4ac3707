/** Visitors are told apart by a number from 0 to 999: a share is in tenths of a percent. */
const BUCKETS = 1000;

/** In front of a number, so that all of them have as many digits. */
const FIRST_DIGIT = '1';

/** First digits that all numbers from `from` to `to` (not included) have in common, and no others, as few as can be. `width`: how many numbers begin with `digits`. */
const prefixesOf = (from: number, to: number, lowest = 0, width = BUCKETS, digits = FIRST_DIGIT): readonly string[] => {
  if (lowest >= to || lowest + width <= from) return [];
  if (from <= lowest && lowest + width <= to) return [digits];
  const tenth = width / 10;
  return Array.from({ length: 10 }, (_, digit) => prefixesOf(from, to, lowest + digit * tenth, tenth, `${digits}${digit}`)).flat();
};

/** Where each one's numbers end, when all of them are given out by shares in the order of the list. */
const boundsOf = (shares: readonly number[]): readonly number[] => {
  const all = shares.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  return shares.map((share) => {
    sum += share;
    return Math.round((sum * BUCKETS) / all);
  });
};

/**
 * Which numbers of visitors are whose, as first digits of 1000 to 1999. Of two whose shares change only those visitors move that must: as long as the
 * order is the same, the numbers between the old and the new bound.
 * @param shares in any unit, not all 0
 */
export const bucketsOf = (shares: readonly number[]): readonly (readonly string[])[] => {
  const bounds = boundsOf(shares);
  return bounds.map((bound, index) => prefixesOf(bounds[index - 1] ?? 0, bound));
};
