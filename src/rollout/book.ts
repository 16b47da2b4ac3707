import type { Override } from './override.ts';
import type { Rollout } from './rollout.ts';
import type { GroupShares } from './shares.ts';

/** All that operators and the controller have decided; the same at every Sluice. Plain data, kept by a store. */
export interface Book {
  /** Grows by one with each write. */
  readonly revision: number;
  /** Group -> how its traffic is shared out; none: as deployment tools like zdd have it. */
  readonly shares: ReadonlyMap<string, GroupShares>;
  /** Group -> its last rollout. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  /** By id. */
  readonly overrides: ReadonlyMap<string, Override>;
}

export const EMPTY_BOOK: Book = { revision: 0, shares: new Map(), rollouts: new Map(), overrides: new Map() };

/** Of the book that is written after this one. */
export const nextRevision = ({ revision }: Pick<Book, 'revision'>): number => revision + 1;
