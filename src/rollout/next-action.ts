import { type Action, waitFor } from './action.ts';
import type { Facts } from './facts.ts';
import { lookAt } from './phases/phases.ts';
import type { Rollout } from './rollout.ts';
import { sparing, strangerTrouble, withoutStrangers } from './strangers.ts';
import { goBack } from './transitions.ts';

/**
 * The next thing to do for a rollout: the same again until the facts, or its state in the book, say that it was done. Pure.
 * What must go back does so also while it is paused.
 */
export const nextAction = (rollout: Rollout, seen: Facts): Action => {
  const { phase, paused } = rollout.state;
  const facts = withoutStrangers(rollout, seen);
  const { trouble, next } = lookAt(rollout, facts);
  const because = trouble ?? strangerTrouble(rollout, facts);
  if (because !== undefined) return goBack(rollout, facts, { outcome: 'aborted', because });
  const rests = paused !== undefined && phase !== 'aborting' && phase !== 'ended';
  return rests ? waitFor(`somebody to resume it: paused by ${paused.by}`) : sparing(rollout, facts, next());
};
