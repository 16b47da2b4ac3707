import { shareAt } from './needed.ts';
import type { Rollout } from './rollout.ts';

/** What a rollout would do, in words. */
export const describe = (rollout: Rollout): readonly string[] => {
  const { from, to, options } = rollout;
  const held = options.gates.length === 0 ? 'no gate' : `${options.gates.length} gates`;
  const steps = options.steps.map((_, step) => `share of ${to} ${shareAt(rollout, step)} %, held for ${options.holdSeconds} s, ${held}`);
  const kept = options.keepSeconds > 0 ? [`${from ?? ''} is kept for ${options.keepSeconds} s`] : [];
  return [
    `${to} is made with up to ${options.instances} instances, and waited for until it is UP at every Sluice`,
    ...steps,
    ...(from === undefined ? [] : [...kept, `${from} is drained and deleted`]),
  ];
};
