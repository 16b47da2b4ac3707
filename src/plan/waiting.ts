import type { Backend, Desired, Server } from '../desired/desired.ts';
import type { Observed, ObservedServer } from './observed.ts';
import { isToServe } from './plan-servers.ts';

/** What a server that is to go, or to be drained, waits for. HAProxy does not tell when it has happened: somebody must look. */
export type Wait =
  /** It serves on until another one does. */
  | { readonly kind: 'replacement' }
  /** A request may be on its way to it for so long; before that there is nothing to look for. */
  | { readonly kind: 'rest'; readonly seconds: number }
  /** What runs on it must end: nobody knows when. */
  | { readonly kind: 'last-connection' };

const isHeld = (server: ObservedServer, wanted: Server): boolean =>
  (wanted.state === 'maint' && server.state !== 'maint') || (!isToServe(wanted) && server.state === 'ready' && server.weight > 0);

const waitOf = (server: ObservedServer, wanted: Backend | undefined): Wait | undefined => {
  const itself = wanted?.servers.find(({ name }) => name === server.name);
  if (itself !== undefined) return isHeld(server, itself) ? { kind: 'replacement' } : undefined;
  if (server.justRetired === true) return { kind: 'rest', seconds: server.restSeconds ?? 1 };
  if (server.state !== 'maint' && wanted?.ending.some(({ name }) => name === server.name) === true) return { kind: 'replacement' };
  return server.connections > 0 ? { kind: 'last-connection' } : undefined;
};

/** Backends with servers that are to go and cannot yet, by name, with what those wait for: to be looked at again. */
export const waitingBackends = (observed: Observed, desired: Desired): ReadonlyMap<string, readonly Wait[]> => {
  const waiting = new Map<string, readonly Wait[]>();
  for (const { name, servers } of observed.backends.values()) {
    const wanted = desired.backends.get(name);
    const waits = [...servers.values()].flatMap((server) => waitOf(server, wanted) ?? []);
    if (waits.length > 0) waiting.set(name, waits);
  }
  return waiting;
};
