import { type Action, waitFor } from '../action.ts';
import type { Facts } from '../facts.ts';
import { patienceMs, sinceMs, tooLate } from '../limits.ts';
import type { Rollout } from '../rollout.ts';
import { sluicesBehind } from '../serving.ts';
import { tooFewWork } from '../too-few-work.ts';
import { toHolding } from '../transitions.ts';
import type { InPhase } from './phase.ts';

const next = (rollout: Rollout, facts: Facts): Action => {
  const behind = sluicesBehind(facts.observed, rollout.state.atRevision);
  if (behind.length === 0 && facts.observed.seen.length > 0) return toHolding(rollout);
  const what = `Sluice ${behind.join(', ')} to have the shares in force`;
  return sinceMs(rollout, facts) >= patienceMs(rollout) ? tooLate(rollout, facts, what) : waitFor(what);
};

/** The share is in the book, and waited for until every Sluice has it in force. */
export const shifting: InPhase<'shifting'> = (rollout, facts) => ({
  trouble: tooFewWork(rollout, facts),
  next: () => next(rollout, facts),
});
