import { type Action, waitFor } from '../action.ts';
import { endTasks } from '../end-tasks.ts';
import type { Facts } from '../facts.ts';
import { oldInstancesAt } from '../needed.ts';
import type { Rollout } from '../rollout.ts';
import { tooFewWork } from '../too-few-work.ts';
import { toPreparing } from '../transitions.ts';
import type { InPhase } from './phase.ts';

const next = (rollout: Rollout<'shrinking'>, facts: Facts): Action => {
  const { from, state } = rollout;
  const nextStep = toPreparing(rollout, state.step + 1);
  if (from === undefined || facts.from === undefined) return nextStep;
  const keep = oldInstancesAt(rollout, state.step);
  const ending = endTasks(rollout, facts, { appId: from, app: facts.from, keep, force: false });
  if (ending !== undefined) return ending;
  if (facts.from.instances <= keep) return nextStep;
  // What Marathon has not started yet.
  if (facts.from.isDeploying) return waitFor(`a deployment of ${from} to end`);
  return { kind: 'scale', appId: from, instances: keep, force: false, what: `${from} scaled to ${keep}` };
};

/** With matched surge: instances of the old app that its share does not need any more end, before the next step begins. */
export const shrinking: InPhase<'shrinking'> = (rollout, facts) => ({
  trouble: tooFewWork(rollout, facts),
  next: () => next(rollout, facts),
});
