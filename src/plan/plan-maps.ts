import type { Desired } from '../desired/desired.ts';
import type { Observed } from './observed.ts';
import type { RuntimeStep } from './plan.ts';

/** Entries to add or change, and entries to remove. */
interface MapSteps {
  readonly set: RuntimeStep[];
  readonly remove: RuntimeStep[];
}

const keysInScope = (map: string, desired: ReadonlyMap<string, string>, observed: Observed): Iterable<string> => {
  if (observed.scope !== 'all') return observed.scope.mapKeys.get(map) ?? [];
  return new Set([...desired.keys(), ...(observed.maps.get(map)?.keys() ?? [])]);
};

const planEntry = (map: string, key: string, wanted: string | undefined, is: string | undefined, steps: MapSteps): void => {
  if (wanted === is) return;
  if (wanted === undefined) steps.remove.push({ kind: 'remove-map-entry', map, key });
  // HAProxy: `add map` of a key that is there adds a second entry that is never found.
  else if (is === undefined) steps.set.push({ kind: 'add-map-entry', map, key, value: wanted });
  else steps.set.push({ kind: 'set-map-entry', map, key, value: wanted });
};

/** Makes the maps that carry traffic as wanted, as far as they were observed. */
export const planMaps = (desired: Desired, observed: Observed): MapSteps => {
  const steps: MapSteps = { set: [], remove: [] };
  for (const [map, entries] of desired.maps) {
    if (map === 'backends') continue;
    for (const key of keysInScope(map, entries, observed)) planEntry(map, key, entries.get(key), observed.maps.get(map)?.get(key), steps);
  }
  return steps;
};
