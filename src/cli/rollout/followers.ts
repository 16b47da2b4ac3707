import { isDeepStrictEqual } from 'node:util';
import type { GroupView } from '../../report/book-views.ts';
import type { RolloutView } from '../../report/rollout-view.ts';
import { print, printJson } from '../printable.ts';
import type { Follower } from './follow.ts';
import { clockTime } from './describe.ts';
import { progressLines } from './progress.ts';

const now = (): string => new Date().toISOString();

/** What happens, a line each: for a log. */
export const lineFollower = (): Follower => {
  let last: RolloutView | undefined;
  let isAway = false;
  return {
    seen: ({ rollout }) => {
      if (isAway) print([`${clockTime(now())} Sluice answers again`]);
      isAway = false;
      if (rollout === null) return;
      const lines = progressLines(last, rollout, now());
      if (lines.length > 0) print(lines);
      last = rollout;
    },
    away: (because) => {
      if (!isAway) print([`${clockTime(now())} Sluice does not answer, and is asked again: ${because}`]);
      isAway = true;
    },
  };
};

/** What was decided, without what is only counted. */
const decided = ({ apps, shares, rollout, problems }: GroupView): object => ({ apps, shares, rollout, problems });

/** The group as the API tells it, whenever something else is so than before: one object a line. While Sluice is away `{ away }`. */
export const jsonFollower = (): Follower => {
  let last: object | undefined;
  return {
    seen: (view) => {
      const present = decided(view);
      if (!isDeepStrictEqual(last, present)) printJson(view);
      last = present;
    },
    away: (because) => {
      const present = { away: because };
      if (!isDeepStrictEqual(last, present)) printJson(present);
      last = present;
    },
  };
};
