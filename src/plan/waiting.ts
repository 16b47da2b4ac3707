import type { Desired } from '../desired/desired.ts';
import type { Observed } from './observed.ts';

/** Backends with servers that were retired and still have connections, or that are to be deleted when empty: to be looked at again. */
export const waitingBackends = (observed: Observed, desired: Desired): ReadonlySet<string> => {
  const waiting = new Set<string>();
  for (const backend of observed.backends.values()) {
    const wanted = new Set(desired.backends.get(backend.name)?.servers.map((server) => server.name));
    if ([...backend.servers.values()].some((server) => !wanted.has(server.name) && server.connections > 0)) waiting.add(backend.name);
  }
  return waiting;
};
