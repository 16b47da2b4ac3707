import { type Action, waitFor } from './action.ts';
import type { Facts } from './facts.ts';
import { newInstancesAt } from './needed.ts';
import type { Rollout } from './rollout.ts';
import { healthyTasks, provedTasks, sluicesMissing } from './serving.ts';

/** The new app, as large as its step needs it. */

/** What is missing for the new app to carry the share of this step; undefined: nothing. */
export const lacking = (rollout: Rollout, facts: Facts): string | undefined => {
  const { to, state } = rollout;
  const needed = newInstancesAt(rollout, state.step);
  const healthy = healthyTasks(facts.to).length;
  if (healthy < needed) return `${to} to be healthy: ${healthy} of ${needed}`;
  const missing = sluicesMissing(facts.observed);
  if (missing.length > 0) return `Sluice ${missing.join(', ')} to answer`;
  const proved = provedTasks(facts.to, to, facts.observed).length;
  return proved < needed ? `${to} to be UP in every HAProxy: ${proved} of ${needed}` : undefined;
};

/** The new app made, and large enough; undefined: it is. */
export const enlarge = (rollout: Rollout, facts: Facts): Action | undefined => {
  const { to, definitions, state } = rollout;
  const instances = newInstancesAt(rollout, state.step);
  const definition = { ...definitions[to], instances };
  if (facts.to === undefined) return { kind: 'make', appId: to, definition, what: `${to} made with ${instances} instances` };
  if (facts.to.instances >= instances) return undefined;
  if (facts.to.isDeploying) return waitFor(`a deployment of ${to} to end`);
  return { kind: 'scale', appId: to, instances, force: false, what: `${to} scaled to ${instances}` };
};
