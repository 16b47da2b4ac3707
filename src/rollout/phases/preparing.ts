import { type Action, waitFor } from '../action.ts';
import type { Facts } from '../facts.ts';
import { patienceMs, sinceMs, tooLate } from '../limits.ts';
import { enlarge, lacking } from '../new-app.ts';
import type { Rollout } from '../rollout.ts';
import { tooFewWork } from '../too-few-work.ts';
import { toShifting } from '../transitions.ts';
import type { InPhase } from './phase.ts';

const next = (rollout: Rollout, facts: Facts): Action => {
  const lacks = lacking(rollout, facts);
  if (lacks === undefined) return toShifting(rollout);
  if (sinceMs(rollout, facts) >= patienceMs(rollout)) return tooLate(rollout, facts, lacks);
  return enlarge(rollout, facts) ?? waitFor(lacks);
};

/** The new app is made and scaled for the next share, until it is UP at every Sluice. */
export const preparing: InPhase<'preparing'> = (rollout, facts) => {
  // What is the only one has its share before it is there.
  const isFirst = rollout.from === undefined;
  return { trouble: facts.refused ?? (isFirst ? undefined : tooFewWork(rollout, facts)), next: () => next(rollout, facts) };
};
