import { type Action, waitFor } from '../action.ts';
import { endApp } from '../end-tasks.ts';
import type { Facts } from '../facts.ts';
import type { Rollout } from '../rollout.ts';
import { workingTasks } from '../serving.ts';
import { oldIsGone } from '../transitions.ts';
import type { InPhase } from './phase.ts';

const next = (rollout: Rollout<'ending'>, facts: Facts): Action => {
  const { from, to } = rollout;
  if (from === undefined) return oldIsGone(rollout);
  if (facts.from !== undefined && workingTasks(facts.to, to, facts.observed).length === 0)
    return waitFor(`${to} to serve: until then nothing of ${from} is ended`);
  return endApp(rollout, facts, { appId: from, app: facts.from, force: false }) ?? oldIsGone(rollout);
};

/** The new app has all; the old one is drained, ended and deleted. */
export const ending: InPhase<'ending'> = (rollout, facts) => ({ next: () => next(rollout, facts) });
