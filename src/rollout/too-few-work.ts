import type { Facts } from './facts.ts';
import { instancesFor } from './needed.ts';
import type { Rollout } from './rollout.ts';
import { notFailedTasks } from './serving.ts';

/** A new app with less than half of the instances that its share needs is going down, not changing. */
const ENOUGH = 0.5;

/** Why the new app cannot keep the share that it has; undefined: it can. */
export const tooFewWork = ({ to, options }: Rollout, facts: Facts): string | undefined => {
  const share = facts.shares?.shares[to] ?? 0;
  if (share === 0) return undefined;
  const needed = instancesFor(share, options.instances);
  const working = notFailedTasks(facts.to, to, facts.observed).length;
  return working > 0 && working >= ENOUGH * needed ? undefined : `${working} of the ${needed} instances of ${to} that its share needs work`;
};
