import type { Book } from './book.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Why no rollout of a group may begin now: they go one after the other. undefined: one may. */
export const whyNotNow = (group: string, { rollouts }: Book): Refusal | undefined => {
  const before = rollouts.get(group);
  if (before === undefined || before.state.phase === 'ended') return undefined;
  if (before.state.phase === 'keeping')
    return refuse(
      'ROLLOUT_RUNS',
      `${before.from ?? ''} is still kept after the last rollout of ${group}: promote ends that, undo goes back`,
    );
  return refuse('ROLLOUT_RUNS', `a rollout of ${group} runs already: it is ${before.state.phase}`);
};
