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

const change = (backend: string, wanted: Server, is: ObservedServer, dynamic: boolean, steps: ServerSteps): void => {
  const anew = beginsAnew(wanted, is);
  if (anew || isElsewhere(wanted, is)) steps.raise.push({ kind: 'set-address', backend, server: wanted });
  else if (is.state !== 'maint' && !is.up && isWell(wanted, is)) steps.raise.push({ kind: 'set-up', backend, server: wanted.name });
  if (wanted.weight !== is.weight) changeWeight(backend, wanted, is, dynamic, steps);
  if (wanted.state !== is.state && !anew)
    (wanted.state === 'ready' ? steps.raise : steps.lower).push({ kind: 'set-state', backend, server: wanted.name, state: wanted.state });
};

/** Nothing runs on it, and nothing can any more. */
export const isDeletable = (server: ObservedServer, dynamic: boolean): boolean =>
  dynamic && server.state === 'maint' && server.connections === 0 && server.justRetired !== true;

/** A server that should not be: out of service at once, gone when its last connection is and no request is on its way to it. */
const retire = (backend: ObservedBackend, server: ObservedServer, deletable: boolean, steps: ServerSteps): void => {
  if (server.state !== 'maint') steps.lower.push({ kind: 'retire-server', backend: backend.name, server: server.name });
  if (isDeletable(server, deletable)) steps.remove.push({ kind: 'delete-server', backend: backend.name, server: server.name });
};

/** Whether it takes traffic once this plan is carried out. */
const willServe = (wanted: Server, is: ObservedServer | undefined, addable: boolean): boolean => {
  if (wanted.state !== 'ready') return false;
  if (is === undefined) return addable && !wanted.startsDown;
  return is.state === 'maint' || isElsewhere(wanted, is) ? !wanted.startsDown : isWell(wanted, is);
};

/** Servers of ending tasks that stay in service, because no other server of the backend would be. */
const heldServers = (wanted: Backend, is: ObservedBackend, dynamic: boolean, capabilities: Capabilities): ReadonlySet<string> => {
  if (wanted.servers.length === 0 || wanted.ending.length === 0) return new Set();
  const serves = wanted.servers.some((server) =>
    willServe(server, is.servers.get(server.name), whyNotAdded(wanted, server, dynamic, capabilities) === undefined),
  );
  return new Set(serves ? [] : wanted.ending.map((server) => server.name));
};

/** Makes the servers of one backend as wanted. `is` undefined: the backend is added by the same plan. */
export const planServers = (wanted: Backend, is: ObservedBackend | undefined, capabilities: Capabilities, steps: ServerSteps): void => {
  const names = new Set<string>();
  const dynamic = isDynamic(wanted, is);
  const taken = new Set(is?.servers.values().map(({ id }) => id));
  for (const server of wanted.servers) {
    names.add(server.name);
    const observed = is?.servers.get(server.name);
    if (observed === undefined) add(wanted, server, dynamic, taken, capabilities, steps);
    else change(wanted.name, server, observed, dynamic, steps);
  }
  if (is === undefined) return;
  const held = heldServers(wanted, is, dynamic, capabilities);
  for (const server of is.servers.values()) if (!names.has(server.name) && !held.has(server.name)) retire(is, server, dynamic, steps);
};

/** Takes all servers of a backend that should not be out of service. */
export const planLeftover = (is: ObservedBackend, deletable: boolean, steps: ServerSteps): void => {
  for (const server of is.servers.values()) retire(is, server, deletable, steps);
};
