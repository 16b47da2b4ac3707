/** How many of a kind of step, for one line of a log. */
export const tally = (steps: readonly { readonly kind: string }[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const step of steps) counts[step.kind] = (counts[step.kind] ?? 0) + 1;
  return counts;
};
