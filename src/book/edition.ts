import type { Problem } from '../kit/problem.ts';
import { type Book, EMPTY_BOOK } from '../rollout/book.ts';

/** A book as it was written once. */
export interface Edition {
  readonly book: Book;
  /** Of this writing, and of no other one; '' where nothing was ever written. */
  readonly nonce: string;
  /** Labels that are not understood, or are others': kept as they are when the book is written. */
  readonly rest: Readonly<Record<string, string>>;
  /** About each label that should be understood. */
  readonly problems: readonly Problem[];
}

export const NOTHING_WRITTEN: Edition = { book: EMPTY_BOOK, nonce: '', rest: {}, problems: [] };
