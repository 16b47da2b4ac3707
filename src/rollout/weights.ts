/** One app of a split. */
export interface Side {
  /** In percent, or in any other unit that all of them have; 0: it gets nothing. */
  readonly share: number;
  /** Servers that take traffic now. */
  readonly servers: number;
}

/** HAProxy's highest weight. */
const MOST = 256;

const takesPart = ({ share, servers }: Side): boolean => share > 0 && servers > 0;

/** The largest sum of all weights with which no server needs more than HAProxy's highest: the larger, the finer. */
const largestSum = (sides: readonly Side[], all: number): number =>
  Math.floor(Math.min(...sides.map(({ share, servers }) => (MOST * servers * all) / share)) + 1e-9);

const lack = (exact: readonly number[], totals: readonly number[], index: number): number => (exact[index] ?? 0) - (totals[index] ?? 0);

/** `sum` in whole numbers by shares, what is left over to those that lack most; at least 1 each. */
const totalsOf = (sides: readonly Side[]): readonly number[] => {
  const all = sides.reduce((sum, { share }) => sum + share, 0);
  const sum = largestSum(sides, all);
  const exact = sides.map(({ share }) => (share * sum) / all);
  const totals = exact.map((total) => Math.floor(total + 1e-9));
  const left = sum - totals.reduce((a, b) => a + b, 0);
  const byLack = [...exact.keys()].sort((a, b) => lack(exact, totals, b) - lack(exact, totals, a) || a - b);
  for (const index of byLack.slice(0, left)) totals[index] = (totals[index] ?? 0) + 1;
  return totals.map((total) => Math.max(1, total));
};

/** In whole numbers that differ by one at most, the larger ones first. */
const spread = (total: number, servers: number): readonly number[] => {
  const least = Math.floor(total / servers);
  const more = total - least * servers;
  return Array.from({ length: servers }, (_, index) => (index < more ? least + 1 : least));
};

/**
 * A weight, 0 to 256, for each server of each side, so that the sides get traffic by their shares, whatever their numbers of servers. Where a share is
 * too small for so many servers some of them have 0. Sides without servers have no say in what the others get.
 */
export const weightsOf = (sides: readonly Side[]): readonly (readonly number[])[] => {
  const totals = totalsOf(sides.filter(takesPart)).values();
  return sides.map((side) => spread(takesPart(side) ? (totals.next().value ?? 0) : 0, side.servers));
};
