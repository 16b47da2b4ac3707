import type { RolloutOptions } from './rollout.ts';

/** What a rollout is when nobody says otherwise; `instances`: as many as the old app has. */
export const DEFAULT_OPTIONS: Omit<RolloutOptions, 'instances'> = {
  steps: [5, 25, 50, 100],
  holdSeconds: 60,
  gates: [],
  surge: 'full',
  keepSeconds: 0,
  healthyWithinSeconds: 600,
  drainSeconds: 300,
  atDrainLimit: 'wait',
  splitBy: 'request',
};

/** Of an app in a rollout. */
export const MOST_INSTANCES = 100_000;

export const MOST_STEPS = 50;

/** What is wrong with the steps, for people; undefined: nothing. */
export const wrongSteps = (steps: readonly number[]): string | undefined => {
  if (steps.length === 0 || steps.length > MOST_STEPS) return `there must be 1 to ${MOST_STEPS} steps`;
  const wrong = steps.find((step, at) => !(step > (steps[at - 1] ?? 0)) || Math.abs(Math.round(step * 10) - step * 10) > 1e-6);
  if (wrong !== undefined) return `the step ${wrong} is not more than the one before it, or finer than a tenth of a percent`;
  return steps.at(-1) === 100 ? undefined : 'the last step must be 100';
};
