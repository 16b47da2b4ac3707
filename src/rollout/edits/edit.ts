import type { Book } from '../book.ts';
import type { Refusal } from '../refusal.ts';
import type { Rollout } from '../rollout.ts';

/** The book as it is to be, and what there is to tell of it. Its revision is the keeper's to count. */
export interface Edited<T> {
  readonly book: Book;
  readonly value: T;
}

/** A change of the book. Pure: it may be asked again of a newer book. */
export type Edit<T> = (book: Book) => Edited<T> | Refusal;

/** A map with this key as it is to be; undefined: without it. */
export const withKey = <T>(map: ReadonlyMap<string, T>, key: string, value: T | undefined): ReadonlyMap<string, T> => {
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
};

/** With the rollout of a group as it is to be. */
export const withRollout = (book: Book, rollout: Rollout): Edited<Rollout> => ({
  book: { ...book, rollouts: withKey(book.rollouts, rollout.group, rollout) },
  value: rollout,
});
