/**
 * The response time in ms that this part of the requests did not exceed, estimated within its bucket; undefined: there was no request.
 * @param times how many requests took at most bounds[i] ms and more than bounds[i - 1]; the last: longer than all bounds
 */
export const percentile = (times: readonly number[], bounds: readonly number[], part: number): number | undefined => {
  const all = times.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  let left = all * part;
  for (const [at, count] of times.entries()) {
    if (count > 0 && left <= count) return within(bounds, at, left / count);
    left -= count;
  }
  return within(bounds, times.length - 1, 1);
};

const within = (bounds: readonly number[], at: number, part: number): number => {
  const from = at === 0 ? 0 : (bounds[at - 1] ?? bounds.at(-1) ?? 0);
  // How long the longest took is not known: as if twice the last bound were the end.
  const to = bounds[at] ?? 2 * from;
  return from + (to - from) * part;
};
