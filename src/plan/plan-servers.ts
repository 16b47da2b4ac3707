import type { Backend, Server } from '../desired/desired.ts';
import { takesServers } from '../desired/profile.ts';
import type { Capabilities } from './capabilities.ts';
import type { ObservedBackend, ObservedServer } from './observed.ts';
import type { RuntimeStep } from './plan.ts';

/** Steps by what they do to capacity: all `raise` of all backends come before any `lower`. */
export interface ServerSteps {
  readonly raise: RuntimeStep[];
  readonly lower: RuntimeStep[];
  readonly remove: RuntimeStep[];
  /** What cannot be done without a reload. */
  readonly because: string[];
}

export const noSteps = (): ServerSteps => ({ raise: [], lower: [], remove: [], because: [] });

const whyNotAdded = (backend: Backend, server: Server, capabilities: Capabilities): string | undefined => {
  if (!takesServers(backend.profile.name))
    return `backend ${backend.name}: 'balance ${backend.profile.balance}' takes new servers by a reload only`;
  if (server.cookie !== undefined && !capabilities.cookieOnNewServer)
    return `backend ${backend.name}: this HAProxy takes new sticky servers by a reload only`;
  return undefined;
};

const add = (backend: Backend, server: Server, capabilities: Capabilities, steps: ServerSteps): void => {
  const because = whyNotAdded(backend, server, capabilities);
  if (because !== undefined) steps.because.push(because);
  else steps.raise.push({ kind: 'add-server', backend: backend.name, server, options: backend.serverOptions });
};

const change = (backend: string, wanted: Server, is: ObservedServer, steps: ServerSteps): void => {
  if (wanted.address !== is.address || wanted.port !== is.port) {
    steps.raise.push({ kind: 'set-address', backend, server: wanted });
  }
  if (wanted.weight !== is.weight) {
    (wanted.weight > is.weight ? steps.raise : steps.lower).push({
      kind: 'set-weight',
      backend,
      server: wanted.name,
      weight: wanted.weight,
    });
  }
  if (wanted.state !== is.state) {
    (wanted.state === 'ready' ? steps.raise : steps.lower).push({ kind: 'set-state', backend, server: wanted.name, state: wanted.state });
  }
};

/** A server that should not be: out of service at once, gone when its last connection is. */
const retire = (backend: ObservedBackend, server: ObservedServer, deletable: boolean, steps: ServerSteps): void => {
  if (server.state !== 'maint') steps.lower.push({ kind: 'retire-server', backend: backend.name, server: server.name });
  if (deletable && server.connections === 0) steps.remove.push({ kind: 'delete-server', backend: backend.name, server: server.name });
};

/** Makes the servers of one backend as wanted. */
export const planServers = (wanted: Backend, is: ObservedBackend | undefined, capabilities: Capabilities, steps: ServerSteps): void => {
  const names = new Set<string>();
  for (const server of wanted.servers) {
    names.add(server.name);
    const observed = is?.servers.get(server.name);
    if (observed === undefined) add(wanted, server, capabilities, steps);
    else change(wanted.name, server, observed, steps);
  }
  const deletable = takesServers(wanted.profile.name);
  for (const server of is?.servers.values() ?? []) if (is !== undefined && !names.has(server.name)) retire(is, server, deletable, steps);
};

/** Takes all servers of a backend that should not be out of service. */
export const planLeftover = (is: ObservedBackend, deletable: boolean, steps: ServerSteps): void => {
  for (const server of is.servers.values()) retire(is, server, deletable, steps);
};
