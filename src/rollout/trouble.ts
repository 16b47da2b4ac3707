import type { Facts } from './facts.ts';
import { judge } from './gates.ts';
import { instancesFor } from './needed.ts';
import type { Rollout } from './rollout.ts';
import { unrefutedTasks } from './serving.ts';

/** A new app with less than half of the instances that its share needs is going down, not changing. */
const ENOUGH = 0.5;

const crash = ({ to, options }: Rollout, facts: Facts): string | undefined => {
  const share = facts.shares?.shares[to] ?? 0;
  if (share === 0) return undefined;
  const needed = instancesFor(share, options.instances);
  const working = unrefutedTasks(facts.to, to, facts.observed).length;
  return working > 0 && working >= ENOUGH * needed ? undefined : `${working} of the ${needed} instances of ${to} that its share needs work`;
};

/** Why the rollout must go back at once, also while it is paused; undefined: it need not. */
export const troubleOf = (rollout: Rollout, facts: Facts): string | undefined => {
  const { phase, outcome } = rollout.state;
  if (phase === 'aborting' || outcome !== undefined) return undefined;
  // What is the only one has its share before it is there.
  if (phase === 'preparing') return facts.refused ?? (rollout.from === undefined ? undefined : crash(rollout, facts));
  if (phase !== 'holding') return crash(rollout, facts);
  const failed = judge(rollout, facts, false).filter((result) => result.outcome === 'failed');
  return failed.length > 0 ? `gate failed: ${failed.map(({ because }) => because).join('; ')}` : crash(rollout, facts);
};
