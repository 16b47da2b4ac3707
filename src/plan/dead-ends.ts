import { backendOfEntry } from '../desired/maps.ts';
import type { Observed } from './observed.ts';
import type { RuntimeStep } from './plan.ts';

/** Entries of maps that the present worker can be given, and what holding back the others asks for. */
interface GivenEntries {
  readonly set: readonly RuntimeStep[];
  /** Backends that entries held back still lead to, though they should not. */
  readonly stillLedTo: ReadonlySet<string>;
}

/** Backend that the entry leads to; undefined for steps that lead nowhere. */
const leadsTo = (step: RuntimeStep): string | undefined => {
  if (step.kind !== 'add-map-entry' && step.kind !== 'set-map-entry') return undefined;
  return backendOfEntry(step.map, step.key, step.value);
};

/**
 * An entry must not lead to a backend that this worker does not have: HAProxy answers 503 where the request could have fallen to another route.
 * `isThere`: whether the worker has the backend, or is given it by the same plan. `isOpen`: nobody has to be kept out by what a reload brings first.
 */
export const withoutDeadEnds = (
  set: readonly RuntimeStep[],
  observed: Observed,
  isThere: (backend: string) => boolean,
  isOpen: (step: RuntimeStep) => boolean,
): GivenEntries => {
  const given: RuntimeStep[] = [];
  const stillLedTo = new Set<string>();
  for (const step of set) {
    const backend = leadsTo(step);
    if (backend === undefined || (isThere(backend) && isOpen(step))) given.push(step);
    else if (step.kind === 'set-map-entry') stillLedTo.add(observed.maps.get(step.map)?.get(step.key) ?? '');
  }
  return { set: given, stillLedTo };
};
