import { instanceChanged, statusUpdate } from '../events/task-events.ts';
import { isKnown, publish, touch, type World } from '../world.ts';
import type { Condition, Instance, Task, TaskState } from './instance.ts';

/** The condition that follows from what Mesos reports. */
const conditionOf: Readonly<Record<TaskState, Condition>> = {
  TASK_STAGING: 'Staging',
  TASK_STARTING: 'Starting',
  TASK_RUNNING: 'Running',
  TASK_FINISHED: 'Finished',
  TASK_FAILED: 'Failed',
  TASK_KILLING: 'Killing',
  TASK_KILLED: 'Killed',
  TASK_LOST: 'Gone',
  TASK_ERROR: 'Error',
  TASK_GONE: 'Gone',
  TASK_GONE_BY_OPERATOR: 'Gone',
  TASK_UNREACHABLE: 'Unreachable',
};

/** Mesos reports a state for every task of an instance: stored first, published after, as Marathon does. */
export function reportState(world: World, instance: Instance, state: TaskState, message = ''): void {
  setState(world, instance, state, message);
  publishState(world, instance);
}

/** Stores without publishing, for who has more to store first. */
export function setState(world: World, instance: Instance, state: TaskState, message: string): void {
  const nowMs = world.clock.nowMs();
  for (const task of instance.tasks) {
    task.state = state;
    task.message = message;
    task.changedAtMs = nowMs;
    if (state === 'TASK_RUNNING') task.startedAtMs ??= nowMs;
  }
  setCondition(world, instance, conditionOf[state]);
}

export function setCondition(world: World, instance: Instance, condition: Condition): void {
  if (instance.condition !== condition) instance.changedAtMs = world.clock.nowMs();
  instance.condition = condition;
  touch(world, instance.spec.id);
}

/** One status update per task, and then one change of the instance. */
export function publishState(world: World, instance: Instance): void {
  publish(world, ...instance.tasks.map((task) => statusUpdate(world, instance, task)), instanceChanged(world, instance));
}

/** A function that tells whether the instance is still what it was when it was asked for: same task, not being killed. */
export function stillSame(world: World, instance: Instance): () => boolean {
  const { attempt } = instance;
  return () => isKnown(world, instance) && instance.attempt === attempt && !instance.dying && instance.goal === 'Running';
}

export function firstTask(instance: Instance): Task | undefined {
  return instance.tasks[0];
}
