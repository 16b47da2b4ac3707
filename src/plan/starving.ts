import type { Backend, Desired } from '../desired/desired.ts';
import type { Observed, ObservedBackend } from './observed.ts';
import { isToServe } from './plan-servers.ts';
import type { RuntimeStep } from './plan.ts';

const addedBy = (steps: readonly RuntimeStep[], backend: string): boolean =>
  steps.some((step) => step.kind === 'add-server' && step.backend === backend);

/** Somebody takes its traffic: a server that should be, one that is drained only later, or one of an ending task that still answers. */
const isServed = (wanted: Backend, is: ObservedBackend): boolean =>
  [...wanted.servers, ...wanted.ending].some(({ name }) => {
    const server = is.servers.get(name);
    return server?.state === 'ready' && server.up && server.weight > 0;
  });

const lacksOne = (wanted: Backend, is: ObservedBackend): boolean =>
  wanted.servers.some((server) => isToServe(server) && !is.servers.has(server.name));

/**
 * Backends that HAProxy has and of which no server takes traffic, not after these steps either, though there are servers that a reload would bring:
 * where the load balancing takes servers by a reload only. Their clients get errors until it is done. As far as HAProxy was observed. Pure.
 */
export const starvingBackends = (observed: Observed, desired: Desired, steps: readonly RuntimeStep[]): readonly string[] =>
  [...observed.backends.values()].flatMap((is) => {
    const wanted = desired.backends.get(is.name);
    if (wanted === undefined || addedBy(steps, is.name)) return [];
    return lacksOne(wanted, is) && !isServed(wanted, is) ? [is.name] : [];
  });
