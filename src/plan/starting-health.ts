import type { Backend, Desired, Server } from '../desired/desired.ts';
import type { HealthTable, ServerHealth } from './observed.ts';
import { isToServe } from './plan-servers.ts';

/** A server that a new worker is not to use before a check of it passes. */
export interface StartsDown {
  readonly backend: string;
  readonly server: Server;
  /** found-down: a check of the worker before has failed. unseen: nobody has found it healthy yet. */
  readonly because: 'found-down' | 'unseen';
}

const whyDown = (server: Server, health: ServerHealth | undefined): StartsDown['because'] | undefined => {
  if (health?.up === true) return undefined;
  if (health !== undefined && health.unchecked !== true) return 'found-down';
  return server.startsDown ? 'unseen' : undefined;
};

const downAmong = (
  servers: readonly Server[],
  backend: Backend,
  health: ReadonlyMap<string, ServerHealth> | undefined,
): readonly StartsDown[] =>
  servers.flatMap((server) => {
    // One that is to be in maint stays in it: the file that tells of health would take it out.
    const because = server.state === 'ready' ? whyDown(server, health?.get(server.name)) : undefined;
    return because === undefined ? [] : [{ backend: backend.name, server, because }];
  });

const isChecked = ({ serverOptions }: Backend): boolean => serverOptions.check !== undefined;

/**
 * The servers of a Desired that a new worker begins down with. It has no check results, so each checked server begins as the present worker sees it;
 * where that one has not checked yet, or does not know it, as Marathon does. `health`: empty where no worker can be asked.
 */
export const beginningDown = (desired: Desired, health: HealthTable): readonly StartsDown[] =>
  [...desired.backends.values()].filter(isChecked).flatMap((backend) => downAmong(backend.servers, backend, health.get(backend.name)));

/** For each server that begins down, one that is to be drained and still serves goes on. */
const withoutDrains = (
  servers: readonly Server[],
  down: number,
  health: ReadonlyMap<string, ServerHealth> | undefined,
): readonly Server[] => {
  let left = down;
  return servers.map((server) => {
    if (server.state !== 'maint' || health?.get(server.name)?.up !== true || left === 0) return server;
    left -= 1;
    return { ...server, state: 'ready' };
  });
};

/** Where nobody who has a share would serve, the others that do go on. */
const withEverybody = (servers: readonly Server[], health: ReadonlyMap<string, ServerHealth> | undefined): readonly Server[] =>
  servers.map((server) => {
    if (isToServe(server) || health?.get(server.name)?.up !== true) return server;
    return { ...server, state: 'ready', weight: Math.max(1, server.weight) };
  });

/** The servers that a new worker begins with; the same list where they are those of the backend. */
const serversToBegin = (backend: Backend, health: ReadonlyMap<string, ServerHealth> | undefined): readonly Server[] => {
  const { servers, ending } = backend;
  const ready = servers.filter(isToServe);
  if (ready.length === 0 || (ending.length === 0 && ready.length === servers.length)) return servers;
  const down = downAmong(ready, backend, health).length;
  if (down === 0) return servers;
  if (backend.isShared === true) return down < ready.length ? servers : [...withEverybody(servers, health), ...ending];
  const begin = withoutDrains(servers, down, health);
  return down < ready.length ? begin : [...begin, ...ending];
};

/**
 * Desired for a new worker: where none of an app's servers would serve at once, those that are ending still do, and none is drained before
 * another serves in its place. `health`: see `beginningDown`.
 */
export const beginWith = (desired: Desired, health: HealthTable): Desired => {
  const held: [name: string, backend: Backend][] = [];
  for (const backend of desired.backends.values()) {
    if (!isChecked(backend)) continue;
    const servers = serversToBegin(backend, health.get(backend.name));
    if (servers !== backend.servers) held.push([backend.name, { ...backend, servers }]);
  }
  return held.length === 0 ? desired : { ...desired, backends: new Map([...desired.backends, ...held]) };
};
