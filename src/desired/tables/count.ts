/** The new count; a key is there as long as something counts for it. */
export const count = <K>(counts: Map<K, number>, key: K, by: number): number => {
  const now = (counts.get(key) ?? 0) + by;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
  return now;
};
