import { type Action, waitFor } from '../action.ts';
import { endApp, tellingUnheard } from '../end-tasks.ts';
import type { Facts } from '../facts.ts';
import type { Rollout } from '../rollout.ts';
import { workingTasks } from '../serving.ts';
import { tooFewWork } from '../too-few-work.ts';
import { oldIsGone } from '../transitions.ts';
import type { InPhase } from './phase.ts';

/** Why the new app cannot do without the old one; undefined: it can. One that was made smaller meanwhile is enough as it is now. */
const whyNotYet = (rollout: Rollout<'ending'>, facts: Facts): string | undefined => {
  const { to, options } = rollout;
  if (workingTasks(facts.to, to, facts.observed).length === 0) return `${to} to serve`;
  const instances = Math.min(options.instances, facts.to?.instances ?? 0);
  const lack = tooFewWork({ ...rollout, options: { ...options, instances } }, facts);
  return lack === undefined ? undefined : `more of ${to} to serve, for ${lack}`;
};

const next = (rollout: Rollout<'ending'>, facts: Facts): Action => {
  const { from } = rollout;
  if (from === undefined) return oldIsGone(rollout);
  const lack = facts.from === undefined ? undefined : whyNotYet(rollout, facts);
  if (lack !== undefined) return waitFor(`${lack}: until then nothing of ${from} is ended`);
  return endApp(rollout, facts, { appId: from, app: facts.from, force: false }) ?? tellingUnheard(oldIsGone(rollout), facts, from);
};

/** The new app has all; the old one is drained, ended and deleted. */
export const ending: InPhase<'ending'> = (rollout, facts) => ({ next: () => next(rollout, facts) });
