import type { Book } from '../book.ts';
import { withHistory } from '../history.ts';
import type { Signed } from '../signed.ts';
import { withKey } from './edit.ts';

/** The rollouts, with what somebody does to this group by hand in the history of the one that is paused there. */
export const inPausedRollout = ({ rollouts }: Book, group: string, what: string, signed: Signed): Book['rollouts'] => {
  const rollout = rollouts.get(group);
  if (rollout?.state.paused === undefined) return rollouts;
  const { by, reason } = signed;
  const words = `${what} by ${by}${reason === undefined ? '' : `: ${reason}`}`;
  return withKey(rollouts, group, withHistory(rollout, [words], signed));
};
