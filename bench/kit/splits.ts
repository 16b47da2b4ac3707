import { type Side, weightsOf } from '../../src/rollout/weights.ts';

const COUNTS = [1, 2, 3, 5, 10, 50];
const SHARES = [0, 0.5, 1, 5, 10, 33.3, 50, 90, 99, 100];

/** Two sides: what has the share, and the rest. */
export const grid: readonly (readonly Side[])[] = COUNTS.flatMap((green) =>
  COUNTS.flatMap((blue) =>
    SHARES.map((share) => [
      { share, servers: green },
      { share: 100 - share, servers: blue },
    ]),
  ),
);

const percentOf = ([first = 0, second = 0]: readonly number[]): number => (100 * first) / (first + second);

/** How far the first side is from its share, in points, when they got so many requests, or have such weights together. */
export const errorOf = (sides: readonly Side[], got: readonly number[]): number => Math.abs(percentOf(got) - (sides[0]?.share ?? 0));

/** By the weights alone. */
export const errorInTheory = (sides: readonly Side[]): number =>
  errorOf(
    sides,
    weightsOf(sides).map((weights) => weights.reduce((sum, weight) => sum + weight, 0)),
  );

/** So many of the grid: the worst ten in theory, and others from all over it. */
export const sample = (size: number): readonly (readonly Side[])[] => {
  const byError = [...grid].sort((a, b) => errorInTheory(b) - errorInTheory(a));
  const rest = byError.slice(10);
  const step = rest.length / (size - 10);
  return [...byError.slice(0, 10), ...Array.from({ length: size - 10 }, (_, index) => rest[Math.floor(index * step)] ?? [])];
};

export const nameOf = ([green, blue]: readonly Side[]): string =>
  `${green?.share ?? 0} % on ${green?.servers ?? 0} of ${(green?.servers ?? 0) + (blue?.servers ?? 0)}`;
