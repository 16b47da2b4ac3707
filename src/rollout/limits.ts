import type { Note } from './action.ts';
import type { Facts } from './facts.ts';
import type { Rollout } from './rollout.ts';
import { goBack } from './transitions.ts';

/** How long the present phase lasts. */
export const sinceMs = ({ state }: Rollout, { nowMs }: Facts): number => nowMs - Date.parse(state.since);

/** How long it may be waited for the new app, for a Sluice, for a gate. */
export const patienceMs = ({ options }: Rollout): number => 1000 * options.healthyWithinSeconds;

export const tooLate = (rollout: Rollout, facts: Facts, what: string): Note => {
  const because = `longer than ${rollout.options.healthyWithinSeconds} s: it waits for ${what}`;
  return goBack(rollout, facts, { outcome: 'timed-out', because });
};
