import type { GroupShares } from '../shares.ts';
import type { Signed } from '../signed.ts';
import { type Groups, noSuchGroup, whyRolloutRuns } from './by-hand.ts';
import { type Edit, withKey } from './edit.ts';
import { inPausedRollout } from './in-paused-rollout.ts';

/** Takes the shares of a group out: its traffic is shared out as deployment tools have it. Tells what was; null: there were none. */
export const clearShares =
  (group: string, groups: Groups, signed: Signed): Edit<GroupShares | null> =>
  (book) => {
    const before = book.shares.get(group);
    if (before === undefined && !groups.has(group)) return noSuchGroup(group, groups.keys());
    const why = whyRolloutRuns(group, book);
    if (why !== undefined) return why;
    if (before === undefined) return { book, value: null };
    const shares = withKey(book.shares, group, undefined);
    return { book: { ...book, shares, rollouts: inPausedRollout(book, group, 'shares cleared', signed) }, value: before };
  };
