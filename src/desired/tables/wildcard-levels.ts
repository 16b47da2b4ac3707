/** Labels from the right after which a wildcard host begins: '*.shop.example' = 2, '*' = 0; undefined for a host without a wildcard. */
export const wildcardLevel = (host: string): number | undefined => {
  if (host === '*') return 0;
  return host.startsWith('*.') ? host.split('.').length - 1 : undefined;
};

/** Most first. */
export const levelsIn = (counts: ReadonlyMap<number, number>): readonly number[] => [...counts.keys()].sort((a, b) => b - a);
