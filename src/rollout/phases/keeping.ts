import { type Action, waitFor } from '../action.ts';
import type { Facts } from '../facts.ts';
import { sinceMs } from '../limits.ts';
import type { Rollout } from '../rollout.ts';
import { noLongerKept } from '../transitions.ts';
import type { InPhase } from './phase.ts';

const next = (rollout: Rollout, facts: Facts): Action => {
  const isOver = sinceMs(rollout, facts) >= 1000 * rollout.options.keepSeconds;
  if (isOver || facts.from === undefined) return noLongerKept(rollout);
  return waitFor(`the end of the time for which ${rollout.from ?? ''} is kept`);
};

/** The new app has all; the old one is kept as it is, to go back to. */
export const keeping: InPhase<'keeping'> = (rollout, facts) => ({ next: () => next(rollout, facts) });
