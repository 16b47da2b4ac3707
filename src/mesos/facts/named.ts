import type { Fitness, NamedTask } from '../../dns/named-task.ts';
import type { FrameworkFact, TaskFact } from './facts.ts';

/** `all`: every running task is as good as the other, as Mesos-DNS has it. */
export type HealthAwareness = 'by-health' | 'all';

/** Undefined: in this state a task counts for nothing. */
const fitnessOf = ({ state, isHealthy, isChecked }: TaskFact, awareness: HealthAwareness): Fitness | undefined => {
  if (state === 'TASK_RUNNING') return awareness === 'all' || (isHealthy ?? !isChecked) ? 'fit' : 'unfit';
  return state === 'TASK_KILLING' && awareness === 'by-health' ? 'unfit' : undefined;
};

export const keyOf = (frameworkName: string, taskId: string): string => `${frameworkName}\n${taskId}`;

/** As the zone wants it; undefined: nothing is to be answered for it. */
export const toNamedTask = (
  task: TaskFact,
  framework: Pick<FrameworkFact, 'name'>,
  agentAddresses: readonly string[],
  awareness: HealthAwareness,
): NamedTask | undefined => {
  const fitness = fitnessOf(task, awareness);
  if (fitness === undefined) return undefined;
  const { id, name, agentId, discovery, hostPorts, addresses, isMapped } = task;
  return {
    key: keyOf(framework.name, id),
    framework: framework.name,
    id,
    name,
    ...(discovery === undefined || discovery.name === '' ? {} : { discovery }),
    agentId,
    agentAddresses,
    addresses,
    hostPorts,
    isMapped,
    fitness,
  };
};
