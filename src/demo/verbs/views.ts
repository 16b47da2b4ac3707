import type { AgentState } from '../agents.ts';
import type { Instance } from '../instances/instance.ts';
import { instancesOf, type World } from '../world.ts';

/** A task as a test looks at it. */
export interface TaskView {
  readonly id: string;
  readonly instanceId: string;
  readonly appId: string;
  readonly version: string;
  /** TASK_RUNNING and its siblings. */
  readonly state: string;
  /** Undefined: not checked yet, or not checked at all. */
  readonly healthy: boolean | undefined;
  /** Hostname of its agent. */
  readonly host: string;
  /** Where a client reaches each of its ports, in the order of the definition. */
  readonly addresses: readonly TaskAddress[];
}

export interface TaskAddress {
  readonly host: string;
  readonly port: number;
  readonly name?: string;
}

export interface AgentView {
  readonly id: string;
  readonly host: string;
  readonly state: AgentState;
}

/** The tasks of one app or pod, or of all; also of deleted ones that still run. */
export function taskViews(world: World, specId: string | undefined): readonly TaskView[] {
  const ids = specId === undefined ? [...world.instances.keys()] : [specId];
  return ids.flatMap((id) => instancesOf(world, id)).flatMap(viewsOf);
}

function viewsOf(instance: Instance): readonly TaskView[] {
  const { placement } = instance;
  if (placement === undefined) return [];
  return instance.tasks.map((task) => ({
    id: task.id,
    instanceId: instance.id,
    appId: instance.spec.id,
    version: instance.spec.version,
    state: task.state,
    healthy: instance.healthy,
    host: placement.agent.host,
    addresses: placement.endpoints
      .filter(({ container }) => container === task.container)
      .map(({ address, port, name }) => ({ host: address, port, ...(name === undefined ? {} : { name }) })),
  }));
}

/** @throws when there is no such task or port */
export function addressOf(world: World, taskId: string, portIndex: number): TaskAddress {
  const instance = instanceOf(world, taskId);
  const address = viewsOf(instance).find(({ id }) => id === taskId)?.addresses[portIndex];
  if (address === undefined) throw new Error(`task ${taskId} has no port ${portIndex}`);
  return address;
}

/** @throws when there is no such task */
export function instanceOf(world: World, taskId: string): Instance {
  const instance = world.instanceOfTask.get(taskId);
  if (instance === undefined) throw new Error(`there is no task ${taskId}`);
  return instance;
}
