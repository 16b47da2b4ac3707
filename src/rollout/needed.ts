import type { Rollout } from './rollout.ts';

/** Tenths of percents are not exact in binary: 33.3 % of 1000 must not be 334. */
const ROUNDING = 1e-9;

/** How many of `whole` instances a share needs: none for nothing, else at least one. */
export const instancesFor = (percent: number, whole: number): number =>
  percent <= 0 ? 0 : Math.max(1, Math.ceil((whole * percent) / 100 - ROUNDING));

/** The share of the new app at a step, in percent. */
export const shareAt = ({ options: { steps } }: Rollout, step: number): number => steps[Math.min(step, steps.length - 1)] ?? 100;

/** How many instances the new app must have at a step. */
export const newInstancesAt = (rollout: Rollout, step: number): number => {
  const { surge, instances } = rollout.options;
  return surge === 'full' ? instances : instancesFor(shareAt(rollout, step), instances);
};

/** How many instances the old app had when all began. */
export const oldInstances = ({ from, definitions }: Rollout): number => {
  const instances = from === undefined ? undefined : definitions[from]?.['instances'];
  return typeof instances === 'number' ? instances : 1;
};

/** How many the old app must keep at a step. */
export const oldInstancesAt = (rollout: Rollout, step: number): number =>
  rollout.options.surge === 'full' ? oldInstances(rollout) : instancesFor(100 - shareAt(rollout, step), oldInstances(rollout));
