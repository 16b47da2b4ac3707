import type { Fitness } from '../dns/named-task.ts';
import { isFormer } from '../model/former-checks.ts';
import type { AppEntry } from '../model/model.ts';
import { hasEnded, isLive } from '../model/task-state.ts';
import type { Task } from '../model/task.ts';

const RUNNING = 'TASK_RUNNING';

/** By its state alone. What is being killed serves those it has; one that Marathon lost sight of (UNREACHABLE, LOST, ...) may serve still. */
const ofState = (state: string): Fitness | undefined => {
  if (state === RUNNING) return 'fit';
  return state === 'TASK_KILLING' || isLive(state) ? 'unfit' : undefined;
};

/** What says how tasks of an app are checked. */
export type Checked = Pick<AppEntry, 'app' | 'formerChecks'>;

/** Marathon holds a task to the checks it was started with: one that had none is not to wait for those that its app has now. */
const isChecked = ({ app, formerChecks = [] }: Checked, task: Task): boolean =>
  app.healthChecks.length > 0 && !(formerChecks.some(({ length }) => length === 0) && isFormer(task, app));

/** One that has not passed its checks yet is no better than one that fails them. */
const passes = (checked: Checked, task: Task): boolean =>
  task.health === 'healthy' || (task.health === 'unknown' && !isChecked(checked, task));

/**
 * How a task of an app counts in DNS; undefined: not at all.
 * @param isHealthAware false: as Mesos-DNS has it, all that is TASK_RUNNING, and nothing else
 */
export const fitnessOf = (checked: Checked, task: Task, isHealthAware: boolean): Fitness | undefined => {
  if (!isHealthAware) return task.state === RUNNING ? 'fit' : undefined;
  const fitness = ofState(task.state);
  return fitness === 'fit' && !passes(checked, task) ? 'unfit' : fitness;
};

/**
 * How one container of a pod's instance counts, to Mesos a task of its own. Its state is as old as the last read of the pod: what was heard since then of the
 * instance, that it ends or is out of reach, goes before it.
 * @param state of the container
 */
export const fitnessOfContainer = (checked: Checked, instance: Task, state: string, isHealthAware: boolean): Fitness | undefined => {
  if (hasEnded(instance.state)) return undefined;
  const isSaid = instance.state === 'TASK_KILLING' || instance.state === 'TASK_UNREACHABLE';
  return fitnessOf(checked, { ...instance, state: state === RUNNING && isSaid ? instance.state : state }, isHealthAware);
};
