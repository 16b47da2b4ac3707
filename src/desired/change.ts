/** What putting one app's part changed in Desired: what must be observed and planned, and nothing else. */
export interface Change {
  readonly backends: Set<string>;
  /** Map name -> keys. */
  readonly mapKeys: Map<string, Set<string>>;
  /** Frontends or profiles came, went or changed: the fingerprint is another. */
  structure: boolean;
}

export const noChange = (): Change => ({ backends: new Set(), mapKeys: new Map(), structure: false });

export const noteKey = (change: Change, map: string, key: string): void => {
  const keys = change.mapKeys.get(map);
  if (keys === undefined) change.mapKeys.set(map, new Set([key]));
  else keys.add(key);
};

export const isNothing = (change: Change): boolean => !change.structure && change.backends.size === 0 && change.mapKeys.size === 0;
