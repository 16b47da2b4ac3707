import type { Backend, Desired } from '../desired/desired.ts';
import type { Observed, ObservedServer } from './observed.ts';

/** Retired with requests left that run on it or may be on their way to it, or held in service until another one serves. */
const isWaiting = (server: ObservedServer, wanted: Backend | undefined): boolean => {
  if (wanted?.servers.some(({ name }) => name === server.name) === true) return false;
  return (
    server.connections > 0 ||
    server.justRetired === true ||
    (server.state !== 'maint' && wanted?.ending.some(({ name }) => name === server.name) === true)
  );
};

/** Backends with servers that are to go and cannot yet: to be looked at again. */
export const waitingBackends = (observed: Observed, desired: Desired): ReadonlySet<string> => {
  const waiting = new Set<string>();
  for (const backend of observed.backends.values()) {
    const wanted = desired.backends.get(backend.name);
    if ([...backend.servers.values()].some((server) => isWaiting(server, wanted))) waiting.add(backend.name);
  }
  return waiting;
};
