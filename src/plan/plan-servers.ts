import type { Backend, Server } from '../desired/desired.ts';
import { MOST_IDS, serverId } from '../desired/names.ts';
import { profileNameOf, takesServers } from '../desired/profile.ts';
import type { Capabilities } from './capabilities.ts';
import type { ObservedBackend, ObservedServer } from './observed.ts';
import type { Reason, RuntimeStep } from './plan.ts';

/** Steps by what they do to capacity: all `raise` of all backends come before any `lower`. */
export interface ServerSteps {
  readonly raise: RuntimeStep[];
  readonly lower: RuntimeStep[];
  readonly remove: RuntimeStep[];
  /** What cannot be done without a reload. */
  readonly because: Reason[];
}

/** `words` follow the backend's name. */
export const about = (backend: string, words: string): Reason => ({ backend, words: `backend ${backend} ${words}` });

export const noSteps = (): ServerSteps => ({ raise: [], lower: [], remove: [], because: [] });

/** Whether the worker's backend, which may be of another profile than the wanted one, lets servers come, go and change weight. */
const isDynamic = (wanted: Backend, is: ObservedBackend | undefined): boolean =>
  takesServers(is?.shape === undefined ? wanted.profile.name : profileNameOf(is.shape));

const whyNotAdded = (backend: Backend, server: Server, dynamic: boolean, capabilities: Capabilities): Reason | undefined => {
  if (!dynamic) return about(backend.name, 'has load balancing that takes new servers by a reload only');
  if (server.cookie !== undefined && !capabilities.cookieOnNewServer)
    return about(backend.name, 'is sticky, and this HAProxy takes new sticky servers by a reload only');
  return undefined;
};

/** With an id that is free in this worker: a server that was retired keeps its own until it is deleted. */
const withFreeId = (server: Server, taken: ReadonlySet<number>): Server =>
  taken.has(server.id) ? { ...server, id: serverId(server.name, taken) } : server;

/** `taken`: ids that the worker's backend has given out; the new one's comes to them. */
const add = (
  backend: Backend,
  server: Server,
  dynamic: boolean,
  taken: Set<number>,
  capabilities: Capabilities,
  steps: ServerSteps,
): void => {
  const full = taken.size >= MOST_IDS ? about(backend.name, 'has no free server id until retired servers are gone') : undefined;
  const because = whyNotAdded(backend, server, dynamic, capabilities) ?? full;
  if (because !== undefined) {
    steps.because.push(because);
    return;
  }
  const added = withFreeId(server, taken);
  taken.add(added.id);
  steps.raise.push({ kind: 'add-server', backend: backend.name, server: added, options: backend.serverOptions });
};

const changeWeight = (backend: string, wanted: Server, is: ObservedServer, dynamic: boolean, steps: ServerSteps): void => {
  // HAProxy: a static algorithm knows 0 % and 100 % of the configured weight and nothing between.
  if (!dynamic) steps.because.push(about(backend, 'has load balancing that takes weights by a reload only'));
  else
    (wanted.weight > is.weight ? steps.raise : steps.lower).push({
      kind: 'set-weight',
      backend,
      server: wanted.name,
      weight: wanted.weight,
    });
};

const isElsewhere = (wanted: Server, is: ObservedServer): boolean => wanted.address !== is.address || wanted.port !== is.port;

/** Marathon may find a server well long before HAProxy's first check of it, and end the old ones at once. */
const isWell = (wanted: Server, is: ObservedServer): boolean => is.up || (is.unchecked === true && !wanted.startsDown);

/** Ready by itself means up (HAProxy, all versions): not so for a task that starts where another one has ended. */
const beginsAnew = (wanted: Server, is: ObservedServer): boolean => is.state === 'maint' && wanted.state !== 'maint' && wanted.startsDown;

const changeState = (backend: string, wanted: Server, steps: ServerSteps): void => {
  (wanted.state === 'ready' ? steps.raise : steps.lower).push({ kind: 'set-state', backend, server: wanted.name, state: wanted.state });
};

/** `isHeld`: it serves on for now, whatever its state is to be. */
const change = (backend: string, wanted: Server, is: ObservedServer, isHeld: boolean, dynamic: boolean, steps: ServerSteps): void => {
  const anew = beginsAnew(wanted, is);
  if (anew || isElsewhere(wanted, is)) steps.raise.push({ kind: 'set-address', backend, server: wanted });
  else if (is.state !== 'maint' && !is.up && isWell(wanted, is)) steps.raise.push({ kind: 'set-up', backend, server: wanted.name });
  if (wanted.weight !== is.weight && !isHeld) changeWeight(backend, wanted, is, dynamic, steps);
  if (wanted.state !== is.state && !anew && !isHeld) changeState(backend, wanted, steps);
};

/** Nothing runs on it, and nothing can any more. */
export const isDeletable = (server: ObservedServer, dynamic: boolean): boolean =>
  dynamic && server.state === 'maint' && server.connections === 0 && server.justRetired !== true;

/** A server that should not be: out of service at once, gone when its last connection is and no request is on its way to it. */
const retire = (backend: ObservedBackend, server: ObservedServer, deletable: boolean, steps: ServerSteps): void => {
  if (server.state !== 'maint') steps.lower.push({ kind: 'retire-server', backend: backend.name, server: server.name });
  if (isDeletable(server, deletable)) steps.remove.push({ kind: 'delete-server', backend: backend.name, server: server.name });
};

const isServing = (is: ObservedServer | undefined): boolean => is?.state === 'ready' && is.up && is.weight > 0;

/** It is to take traffic from everybody. */
export const isToServe = ({ state, weight }: Server): boolean => state === 'ready' && weight > 0;

/** Whether it takes traffic once this plan is carried out. */
const willServe = (wanted: Server, is: ObservedServer | undefined, addable: boolean): boolean => {
  if (!isToServe(wanted)) return false;
  if (is === undefined) return addable && !wanted.startsDown;
  return is.state === 'maint' || isElsewhere(wanted, is) ? !wanted.startsDown : isWell(wanted, is);
};

const NONE: ReadonlySet<string> = new Set();

/** One for each server that is to serve in its place; by shares, and where somebody has said so, all of them until one does. */
const heldDrains = (drains: readonly Server[], { isShared }: Backend, idle: number, ready: number): readonly Server[] => {
  const counted = isShared === true ? [] : drains.filter(({ state }) => state === 'maint').slice(0, idle);
  return idle === ready && ready > 0 ? [...counted, ...drains.filter((server) => isShared === true || server.state !== 'maint')] : counted;
};

/**
 * Servers that stay in service for now: those of ending tasks, where no other server of the backend would be; and of those that are to get nothing
 * new as many as `heldDrains` says.
 */
const heldServers = (wanted: Backend, is: ObservedBackend, dynamic: boolean, capabilities: Capabilities): ReadonlySet<string> => {
  const drains = wanted.servers.filter((server) => !isToServe(server) && isServing(is.servers.get(server.name)));
  if (drains.length === 0 && (wanted.servers.length === 0 || wanted.ending.length === 0)) return NONE;
  const ready = wanted.servers.filter(isToServe);
  const idle = ready.filter(
    (server) => !willServe(server, is.servers.get(server.name), whyNotAdded(wanted, server, dynamic, capabilities) === undefined),
  );
  // One that was retired meanwhile serves nobody: it is not kept for that.
  const ending = idle.length === ready.length ? wanted.ending.filter(({ name }) => is.servers.get(name)?.state !== 'maint') : [];
  return new Set([...heldDrains(drains, wanted, idle.length, ready.length), ...ending].map(({ name }) => name));
};

/** Makes the servers of one backend as wanted. `is` undefined: the backend is added by the same plan. */
export const planServers = (wanted: Backend, is: ObservedBackend | undefined, capabilities: Capabilities, steps: ServerSteps): void => {
  const names = new Set<string>();
  const dynamic = isDynamic(wanted, is);
  const taken = new Set(is?.servers.values().map(({ id }) => id));
  const held = is === undefined ? NONE : heldServers(wanted, is, dynamic, capabilities);
  for (const server of wanted.servers) {
    names.add(server.name);
    const observed = is?.servers.get(server.name);
    if (observed === undefined) add(wanted, server, dynamic, taken, capabilities, steps);
    else change(wanted.name, server, observed, held.has(server.name), dynamic, steps);
  }
  if (is === undefined) return;
  for (const server of is.servers.values()) if (!names.has(server.name) && !held.has(server.name)) retire(is, server, dynamic, steps);
};

/** Takes all servers of a backend that should not be out of service. */
export const planLeftover = (is: ObservedBackend, deletable: boolean, steps: ServerSteps): void => {
  for (const server of is.servers.values()) retire(is, server, deletable, steps);
};
