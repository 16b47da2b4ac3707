import type { TaskFacts } from './event.ts';
import type { AppEntry } from './model.ts';
import type { Task, TaskHealth } from './task.ts';
import { comesLate, hasEnded } from './task-state.ts';

/** Tasks of one app as an event leaves them. Each function tells only those that the event is about. */

/** status_update_event. */
export const withFacts = (entry: AppEntry, facts: TaskFacts): readonly Task[] => {
  const before = entry.tasks.get(facts.id);
  if (before === undefined) return hasEnded(facts.state) ? [] : [{ ...facts, health: 'unknown' }];
  if (comesLate(before.state, facts.state)) return [];
  // An update of a task that is ending comes without addresses in some versions: what is known of them stays.
  return [
    {
      ...facts,
      host: facts.host === '' ? before.host : facts.host,
      ipAddresses: facts.ipAddresses.length === 0 ? before.ipAddresses : facts.ipAddresses,
      ports: facts.ports.length === 0 ? before.ports : facts.ports,
      health: before.health,
      ...(facts.agentId === undefined && before.agentId !== undefined ? { agentId: before.agentId } : {}),
    },
  ];
};

const tasksOf = (entry: AppEntry, instanceId: string): readonly Task[] => {
  // Where Marathon does not tell the instance, '' would be all of them.
  if (instanceId === '') return [];
  return [...entry.tasks.values()].filter(
    (task) => task.instanceId === instanceId || task.id === instanceId || task.id.startsWith(`${instanceId}.`),
  );
};

/** Instance conditions that end or suspend its tasks, as task states. Others tell nothing that a status update does not tell better. */
const STATE_OF_CONDITION: ReadonlyMap<string, string> = new Map([
  ['Killing', 'TASK_KILLING'],
  ['Killed', 'TASK_KILLED'],
  ['Failed', 'TASK_FAILED'],
  ['Error', 'TASK_ERROR'],
  ['Finished', 'TASK_FINISHED'],
  ['Gone', 'TASK_GONE'],
  ['Dropped', 'TASK_DROPPED'],
  ['Unreachable', 'TASK_UNREACHABLE'],
  ['UnreachableInactive', 'TASK_UNREACHABLE'],
]);

/** instance_changed_event. */
export const withCondition = (entry: AppEntry, instanceId: string, condition: string): readonly Task[] => {
  const state = STATE_OF_CONDITION.get(condition);
  if (state === undefined) return [];
  return tasksOf(entry, instanceId)
    .filter((task) => !comesLate(task.state, state))
    .map((task) => ({ ...task, state }));
};

/** instance_health_changed_event. */
export const withHealth = (entry: AppEntry, instanceId: string, health: TaskHealth): readonly Task[] =>
  tasksOf(entry, instanceId).map((task) => ({ ...task, health }));

/** health_status_changed_event: one check passing is the whole truth only where there is one check. One failing always is. */
export const withCheckResult = (entry: AppEntry, instanceId: string, alive: boolean): readonly Task[] => {
  if (!alive) return withHealth(entry, instanceId, 'unhealthy');
  return entry.app.healthChecks.length > 1 ? [] : withHealth(entry, instanceId, 'healthy');
};
