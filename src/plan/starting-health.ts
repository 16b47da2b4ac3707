import type { Backend, Desired, Server } from '../desired/desired.ts';
import type { HealthTable, ServerHealth } from './observed.ts';

const startsAs = (server: Server, health: ServerHealth | undefined): Server => {
  const startsDown = health === undefined ? server.startsDown : !health.up && (health.unchecked !== true || server.startsDown);
  return startsDown === server.startsDown ? server : { ...server, startsDown };
};

const backendStartsAs = (backend: Backend, health: ReadonlyMap<string, ServerHealth> | undefined): Backend => {
  if (health === undefined || backend.serverOptions.check === undefined) return backend;
  const servers = backend.servers.map((server) => startsAs(server, health.get(server.name)));
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
export const withStartingHealth = (desired: Desired, health: HealthTable): Desired => ({
  ...desired,
  backends: new Map([...desired.backends].map(([name, backend]) => [name, backendStartsAs(backend, health.get(name))])),
});
