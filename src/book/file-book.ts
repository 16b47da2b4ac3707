import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { equal } from '../kit/equal.ts';
import { isMissing, messageOf, SluiceError } from '../kit/error.ts';
import type { Problem } from '../kit/problem.ts';
import type { Book } from '../rollout/book.ts';
import { replaceFile } from '../store/replace-file.ts';
import { type Edition, NOTHING_WRITTEN } from './edition.ts';
import { withFileLock } from './file-lock.ts';
import { fromLabels, toLabels } from './labels.ts';
import { NEW } from './schema.ts';
import { type BookStore, conflict, type OpenStore } from './store.ts';

const schema = z.object({ format: z.literal('sluice book'), labels: z.record(z.string(), z.string()) });

const MOST_BYTES = 16 * 1024 * 1024;
const DEFAULT_LOOK_MS = 300;

/** A book in a file that the Sluices of one host share. Each looks at it several times a second. */
class FileBook implements BookStore {
  readonly name: string;
  readonly #path: string;
  readonly #onEdition: (edition: Edition) => void;
  readonly #timer: NodeJS.Timeout;
  /** Of the file as it was last read. */
  #stamp = '';
  #problem: string | undefined;
  /** A look or a write; each waits for the one before it. */
  #last: Promise<unknown> = Promise.resolve();
  #isLooking = false;

  constructor(path: string, lookMs: number, onEdition: (edition: Edition) => void) {
    this.name = `the file ${path}`;
    this.#path = path;
    this.#onEdition = onEdition;
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#look();
  }

  async write(base: Edition, book: Book): Promise<Edition> {
    return this.#after(() => withFileLock(`${this.#path}.lock`, async () => this.#replace(base, book)));
  }

  problems(): readonly Problem[] {
    return this.#problem === undefined ? [] : [{ appId: '/', message: this.#problem }];
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#last;
  }

  async #after<T>(doIt: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(doIt);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#after(async () => {
      try {
        if ((await this.#stampNow()) !== this.#stamp) this.#onEdition(await this.#read());
        this.#problem = undefined;
      } catch (error) {
        this.#problem = `${this.name} cannot be read, and what it held stays in force: ${messageOf(error)}`;
      }
      this.#isLooking = false;
    });
  }

  async #stampNow(): Promise<string> {
    try {
      const { ino, size, mtimeNs } = await stat(this.#path, { bigint: true });
      if (size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
      return `${ino} ${size} ${mtimeNs}`;
    } catch (error) {
      if (!isMissing(error)) throw error;
      // A file that went says nothing of what is to be: as with an app of Marathon's.
      if (this.#stamp === '') return '';
      throw new Error('it is gone', { cause: error });
    }
  }

  /** What is there, and nothing where nobody has written yet. */
  async #read(): Promise<Edition> {
    const stamp = await this.#stampNow();
    if (stamp === '') return NOTHING_WRITTEN;
    const { labels } = schema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    this.#stamp = stamp;
    return fromLabels('/', labels).edition;
  }

  /** Nobody else writes meanwhile. One that is gone is made again: the last thing that is known of it is `base`. */
  async #replace(base: Edition, book: Book): Promise<Edition> {
    const nonce = randomUUID();
    try {
      const present = (await this.#isGone()) ? base : await this.#read();
      // Somebody may have edited it by hand: then the nonce is the same.
      if (present.nonce !== base.nonce || !equal(present.book, base.book)) {
        this.#onEdition(present);
        throw conflict(this.name);
      }
      const labels = toLabels(
        book,
        { revision: book.revision, nonce, parent: base.nonce === '' ? NEW : base.nonce, parentVersion: '' },
        present.rest,
      );
      await replaceFile(this.#path, `${JSON.stringify({ format: 'sluice book', labels }, undefined, 2)}\n`);
      this.#stamp = await this.#stampNow();
      this.#problem = undefined;
      return fromLabels('/', labels).edition;
    } catch (error) {
      if (error instanceof SluiceError) throw error;
      throw new SluiceError('STORE', `${this.name} cannot be written, and nothing has changed: ${messageOf(error)}`, error);
    }
  }

  async #isGone(): Promise<boolean> {
    try {
      await stat(this.#path);
      return false;
    } catch (error) {
      if (isMissing(error)) return true;
      throw error;
    }
  }
}

/** --rollouts file:PATH. */
export const openFileBook =
  (path: string, lookMs: number = DEFAULT_LOOK_MS): OpenStore =>
  (onEdition) =>
    new FileBook(path, lookMs, onEdition);
