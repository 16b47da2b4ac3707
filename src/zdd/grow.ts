import type { Goal } from './choose-roles.ts';

/** How many instances the new app is to have when all is done. */
export const wantedOf = ({ target, beside }: Goal): number => (beside === 0 ? target : beside);

/**
 * The new app's next number of instances: so many more as the flag says, or half as many again; all of them when that is as many as the old one has.
 * @param fresh instances of the new app now, fewer than wanted
 * @param old instances of the old app before any of them is killed
 */
export const grow = (fresh: number, old: number, goal: Goal): number => {
  const wanted = wantedOf(goal);
  if (goal.linearIncrease > 0) return Math.min(wanted, fresh + goal.linearIncrease);
  const more = Math.max(fresh + 1, Math.floor(fresh + (fresh + 1) / 2));
  return more >= old ? wanted : Math.min(more, wanted);
};
