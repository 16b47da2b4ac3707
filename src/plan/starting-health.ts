import type { Backend, Desired, Server } from '../desired/desired.ts';
import type { Observed, ObservedBackend } from './observed.ts';

const startsAs = (server: Server, is: ObservedBackend): Server => {
  const observed = is.servers.get(server.name);
  const startsDown = observed === undefined ? server.startsDown : !observed.up && (observed.unchecked !== true || server.startsDown);
  return startsDown === server.startsDown ? server : { ...server, startsDown };
};

const backendStartsAs = (backend: Backend, is: ObservedBackend | undefined): Backend => {
  if (is === undefined || backend.serverOptions.check === undefined) return backend;
  const servers = backend.servers.map((server) => startsAs(server, is));
  // Where none of them serves at once, those that are ending still do.
  const serve = servers.length === 0 || servers.some((server) => !server.startsDown);
  if (!serve && backend.ending.length > 0) return { ...backend, servers: [...servers, ...backend.ending] };
  return servers.every((server, index) => server === backend.servers[index]) ? backend : { ...backend, servers };
};

/**
 * Desired for a new worker: a worker begins with no check results, so each checked server begins as the present worker sees it; where that one
 * has not checked yet, as Marathon does.
 * HAProxy's own state file would do this too, but puts old addresses over new ones (all versions).
 */
export const withStartingHealth = (desired: Desired, observed: Observed): Desired => ({
  ...desired,
  backends: new Map([...desired.backends].map(([name, backend]) => [name, backendStartsAs(backend, observed.backends.get(name))])),
});
