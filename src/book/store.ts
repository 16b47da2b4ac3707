import { SluiceError } from '../kit/error.ts';
import type { Problem } from '../kit/problem.ts';
import type { Book } from '../rollout/book.ts';
import type { Edition } from './edition.ts';

/** Where a book is kept. It tells by itself when somebody else has written: see `OpenStore`. */
export interface BookStore {
  /** For people: 'the labels of /sluice/rollouts in Marathon'. */
  readonly name: string;
  /**
   * Puts this in place of `base`, whole.
   * @throws SluiceError CONFLICT: somebody else wrote, and what he wrote is in force; STORE: it could not be written, and nothing has changed
   */
  write(base: Edition, book: Book): Promise<Edition>;
  /** Of the store itself. */
  problems(): readonly Problem[];
  close(): void | Promise<void>;
}

/** @param onEdition what the store holds now, also when that is what was there before */
export type OpenStore = (onEdition: (edition: Edition) => void) => BookStore;

export const conflict = (store: string): SluiceError =>
  new SluiceError(
    'CONFLICT',
    `somebody else wrote to ${store} at the same time: look at what is there now, and ask again if you still want it`,
  );

/** --rollouts off. */
export const noStore: OpenStore = () => ({
  name: 'off',
  write: async () =>
    Promise.reject(new SluiceError('STORE', 'this Sluice keeps no shares, rollouts and overrides: it was started with --rollouts off')),
  problems: () => [],
  close: () => undefined,
});
