import type { Backend, Desired, Server } from '../desired/desired.ts';
import type { HealthTable, ServerHealth } from './observed.ts';

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
    const because = whyDown(server, health?.get(server.name));
    return because === undefined ? [] : [{ backend: backend.name, server, because }];
  });

const isChecked = ({ serverOptions }: Backend): boolean => serverOptions.check !== undefined;

/**
 * The servers of a Desired that a new worker begins down with. It has no check results, so each checked server begins as the present worker sees it;
 * where that one has not checked yet, or does not know it, as Marathon does. `health`: empty where no worker can be asked.
 */
export const beginningDown = (desired: Desired, health: HealthTable): readonly StartsDown[] =>
  [...desired.backends.values()].filter(isChecked).flatMap((backend) => downAmong(backend.servers, backend, health.get(backend.name)));

/** Desired for a new worker: where none of an app's servers would serve at once, those that are ending still do. `health`: see `beginningDown`. */
export const beginWith = (desired: Desired, health: HealthTable): Desired => {
  const held: [name: string, backend: Backend][] = [];
  for (const backend of desired.backends.values()) {
    const { name, servers, ending } = backend;
    if (!isChecked(backend) || servers.length === 0 || ending.length === 0) continue;
    if (downAmong(servers, backend, health.get(name)).length < servers.length) continue;
    held.push([name, { ...backend, servers: [...servers, ...ending] }]);
  }
  return held.length === 0 ? desired : { ...desired, backends: new Map([...desired.backends, ...held]) };
};
