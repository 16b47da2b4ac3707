import { equal } from '../kit/equal.ts';
import type { App, HealthCheck } from './app.ts';
import type { AppEntry } from './model.ts';
import { hasEnded } from './task-state.ts';
import type { Task } from './task.ts';

/** The health checks of a former definition of an app. */
export type FormerChecks = readonly HealthCheck[];

/** A rollout that is changed again and again leaves tasks of many versions. */
const MOST = 10;

/** Runs by a definition before the present one. Marathon changes `version` with the number of instances too, and tasks keep theirs. */
export const isFormer = ({ version, state }: Task, { lastConfigChangeAt }: App): boolean =>
  !hasEnded(state) && Date.parse(version) < Date.parse(lastConfigChangeAt);

/** The checks that tasks of `after` may have been started with, other than its present ones: known from the entry that was there before. */
export const formerChecksOf = (before: AppEntry | undefined, { app, tasks }: AppEntry): readonly FormerChecks[] => {
  if (before === undefined) return [];
  const known = [...(before.formerChecks ?? []), before.app.healthChecks].filter((checks) => !equal(checks, app.healthChecks));
  if (known.length === 0 || !tasks.values().some((task) => isFormer(task, app))) return [];
  return known.filter((checks, at) => known.findIndex((one) => equal(one, checks)) === at).slice(-MOST);
};
