import type { Logger } from 'pino';
import { equal } from '../kit/equal.ts';
import type { Problem } from '../kit/problem.ts';
import { type Book, nextRevision } from '../rollout/book.ts';
import type { Edit } from '../rollout/edits/edit.ts';
import { isRefusal, refuse, type Refusal } from '../rollout/refusal.ts';
import type { Signed } from '../rollout/signed.ts';
import { type Edition, NOTHING_WRITTEN } from './edition.ts';
import { understoodOf, whyNewer } from './newer.ts';
import type { BookStore, OpenStore } from './store.ts';

/** What somebody decides, for the log: what is undone is in the book no more, nor is who has undone it. */
export interface ByHand {
  /** 'drain of shop.4f2 undone'. */
  readonly what: string;
  readonly signed: Signed;
}

interface KeeperOptions {
  readonly log: Logger;
  readonly open: OpenStore;
  /** The book is another one: this is in force from now on. */
  readonly onChange: (book: Book) => void;
}

/** The book that is in force at this Sluice: what its store has, and what is written here as soon as it is written. */
export class BookKeeper {
  readonly #options: KeeperOptions;
  readonly #store: BookStore;
  #edition: Edition = NOTHING_WRITTEN;
  #understood: Book = NOTHING_WRITTEN.book;
  /** The last edit; each waits for the one before it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#store = options.open((edition) => this.#take(edition));
  }

  get book(): Book {
    return this.#edition.book;
  }

  /** With the rollouts that this Sluice may carry on. */
  get understood(): Book {
    return this.#understood;
  }

  /** Where it is kept, for people. */
  get store(): string {
    return this.#store.name;
  }

  problems(): readonly Problem[] {
    return [...this.#store.problems(), ...this.#edition.problems];
  }

  /**
   * Changes the book, and puts it in force here; the others have it from the store. Resolves to what the edit tells, or to its refusal.
   * @param byHand absent: nobody has asked for it, it is a step of a rollout
   * @throws SluiceError CONFLICT, STORE: nothing has changed by it
   */
  async edit<T>(edit: Edit<T>, byHand?: ByHand): Promise<{ readonly value: T } | Refusal> {
    const turn = this.#last.then(async () => this.#edit(edit, byHand));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** What is being written is written first. */
  async close(): Promise<void> {
    await this.#last;
    await this.#store.close();
  }

  async #edit<T>(edit: Edit<T>, byHand?: ByHand): Promise<{ readonly value: T } | Refusal> {
    const base = this.#edition;
    const edited = edit(base.book);
    if (isRefusal(edited)) return edited;
    // Nothing to write: it is so already.
    if (equal(edited.book, base.book)) return { value: edited.value };
    const newer = whyNewer(base.rest, base.book, edited.book);
    if (newer !== undefined) return refuse('REFUSED', newer);
    const written = await this.#store.write(base, { ...edited.book, revision: nextRevision(base.book) });
    if (byHand !== undefined) this.#tell(byHand, written);
    // Somebody else may have gone on from there, and the store may have told that before it answered.
    if (written.book.revision >= this.#edition.book.revision) this.#take(written);
    return { value: edited.value };
  }

  #tell({ what, signed: { by, reason } }: ByHand, { book: { revision } }: Edition): void {
    this.#options.log.info({ what, by, ...(reason === undefined ? {} : { reason }), revision }, 'decided by hand');
  }

  #take(edition: Edition): void {
    const before = this.#edition;
    this.#edition = edition;
    this.#understood = understoodOf(edition.book, edition.rest);
    if (equal(before.book, edition.book)) return;
    this.#options.log.info({ revision: edition.book.revision, before: before.book.revision }, 'shares, rollouts and overrides are others');
    this.#options.onChange(edition.book);
  }
}
