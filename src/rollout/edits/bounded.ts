import { compare } from '../../kit/compare.ts';
import type { Book } from '../book.ts';
import { bytesOf, LEANER, roomLeft } from '../room.ts';
import type { Rollout } from '../rollout.ts';
import { type Edit, withKey } from './edit.ts';
import { isRefusal, refuse } from '../refusal.ts';

/**
 * How large a book may become: Marathon keeps the app whose labels it is in one node of ZooKeeper, of 1 MB, and takes no change that makes it larger.
 * So what is new is refused while there is room yet for what has begun: for pause, abort, and drains.
 */

/** What is no start, as an order in an emergency, may take more. */
const MOST = { start: 850_000, order: 950_000 } as const;

const sizeOf = (values: ReadonlyMap<string, unknown>): number =>
  [...values].reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0);

const neededFor = (rollout: Rollout): number => bytesOf(rollout.group) + bytesOf(rollout) + roomLeft(rollout);

/** Bytes, with what running rollouts may still come to. */
const neededBy = ({ shares, rollouts, overrides }: Book): number =>
  sizeOf(shares) + sizeOf(overrides) + [...rollouts.values()].reduce((sum, rollout) => sum + neededFor(rollout), 0);

/** What has ended gives way, the oldest first: its definitions, then the rest of it. */
const fitted = (book: Book, most: number): Book => {
  const ended = [...book.rollouts.values()].filter(({ state }) => state.phase === 'ended');
  const oldestFirst = ended.sort((a, b) => compare(a.state.since, b.state.since)).map(({ group }) => group);
  let { rollouts } = book;
  let needed = neededBy(book);
  for (const leaner of LEANER)
    for (const group of oldestFirst) {
      const rollout = rollouts.get(group);
      if (needed <= most || rollout === undefined) continue;
      const left = leaner(rollout);
      needed += (left === undefined ? 0 : neededFor(left)) - neededFor(rollout);
      rollouts = withKey(rollouts, group, left);
    }
  return { ...book, rollouts };
};

const shown = (bytes: number): string => `${Math.ceil(bytes / 1000)} KB`;

/** The same edit, refused where the book would become too large. What makes it no larger is not refused. */
export const bounded =
  <T>(what: keyof typeof MOST, edit: Edit<T>): Edit<T> =>
  (book) => {
    const edited = edit(book);
    const most = MOST[what];
    if (isRefusal(edited) || neededBy(edited.book) <= most) return edited;
    const fitting = fitted(edited.book, most);
    const needed = neededBy(fitting);
    if (needed <= most || needed <= neededBy(book)) return { ...edited, book: fitting };
    const why = `with it all that is decided may take ${shown(needed)}, with room for what running rollouts still need, and ${shown(most)} are allowed`;
    return refuse('REFUSED', `${why}: end a rollout or undo orders first, or leave something out of a definition`);
  };
