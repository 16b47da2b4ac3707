import type { Backend, Desired, Server } from '../desired/desired.ts';
import type { HealthTable, ServerHealth } from './observed.ts';

/** A server that a new worker is not to use before a check of it passes. */
export interface StartsDown {
  readonly backend: string;
  readonly server: Server;
  /** found-down: a check of the worker before has failed. unseen: nobody has found it healthy yet. */
  readonly because: 'found-down' | 'unseen';
}

/** What a new worker is to begin with. */
export interface Beginning {
  readonly desired: Desired;
  readonly down: readonly StartsDown[];
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
    const because = whyDown(server, health?.get(server.name));
    return because === undefined ? [] : [{ backend: backend.name, server, because }];
  });

/**
 * Desired for a new worker: it begins with no check results, so each checked server begins as the present worker sees it; where that one has not
 * checked yet, or does not know it, as Marathon does. `health`: empty where no worker can be asked.
 */
export const beginWith = (desired: Desired, health: HealthTable): Beginning => {
  const down: StartsDown[] = [];
  const held: [name: string, backend: Backend][] = [];
  for (const backend of desired.backends.values()) {
    if (backend.serverOptions.check === undefined) continue;
    const seen = health.get(backend.name);
    const { name, servers, ending } = backend;
    const here = downAmong(servers, backend, seen);
    down.push(...here);
    // Where none of them serves at once, those that are ending still do.
    if (servers.length === 0 || here.length < servers.length || ending.length === 0) continue;
    held.push([name, { ...backend, servers: [...servers, ...ending] }]);
    down.push(...downAmong(ending, backend, seen));
  }
  return { desired: held.length === 0 ? desired : { ...desired, backends: new Map([...desired.backends, ...held]) }, down };
};
