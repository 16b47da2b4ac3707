import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { equal } from '../kit/equal.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import type { Problem } from '../kit/problem.ts';
import type { LeaderRequests } from '../marathon/leader-requests.ts';
import type { Book } from '../rollout/book.ts';
import { BookApp, type BookVersion, type Present } from './app.ts';
import type { Edition } from './edition.ts';
import { fromLabels, toLabels } from './labels.ts';
import { NEW } from './schema.ts';
import { type BookStore, conflict } from './store.ts';
import { whyHeld } from './why-held.ts';

interface MarathonBookOptions {
  readonly requests: Pick<LeaderRequests, 'get' | 'post' | 'put' | 'close'>;
  readonly appId: string;
  readonly onEdition: (edition: Edition) => void;
  /** How long an app that is locked by a deployment is tried again. Default 5 s. */
  readonly lockedMs?: number;
}

/** The app as the model has it. */
export interface SeenApp {
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
}

const LOCKED_PAUSE_MS = 100;
/** Whoever puts the true book back may meet others who do the same. */
const MOST_REPAIRS = 5;
const MOST_SUPERSEDED = 100;

/** A book in the labels of an app of Marathon's that has no instances: durable, and all Sluices hear of its changes as of any app's. */
export class MarathonBook implements BookStore {
  readonly name: string;
  readonly #options: MarathonBookOptions;
  readonly #app: BookApp;
  /** Books that were written over here -> the version of the app that has done so: events tell of them later. */
  readonly #superseded = new Map<string, string>();
  /** What is in force. */
  #known: BookVersion | undefined;
  /** Why what the app holds is not put in force. */
  #held: string | undefined;

  constructor(options: MarathonBookOptions) {
    this.#options = options;
    this.#app = new BookApp(options.requests, options.appId);
    this.name = `the labels of ${options.appId} in Marathon`;
  }

  /** The app as the model has it now; undefined: it has none. To be called when that is another one. */
  see(app: SeenApp | undefined): void {
    if (app === undefined) {
      // Somebody deleted the app: that says nothing of how traffic is to be shared out.
      this.#held = this.#known && 'the app is gone from Marathon';
      return;
    }
    const version = this.#read(app);
    if (app.version < (this.#superseded.get(version.edition.nonce) ?? '')) return;
    this.#held = whyHeld(version, this.#known);
    if (this.#held === undefined) this.#options.onEdition(this.#know(version));
  }

  problems(): readonly Problem[] {
    const { appId } = this.#options;
    const message = `${this.#held}: the shares, rollouts and overrides that it held stay in force here until Sluice is started again; the next change writes all of them anew`;
    return this.#held === undefined ? [] : [{ appId, message }];
  }

  async write(base: Edition, book: Book): Promise<Edition> {
    try {
      return await this.#write(base, book);
    } catch (error) {
      if (error instanceof SluiceError && (error.code === 'CONFLICT' || error.code === 'STORE')) throw error;
      throw new SluiceError('STORE', `${this.name} cannot be written, and nothing has changed: ${messageOf(error)}`, error);
    }
  }

  async close(): Promise<void> {
    await this.#options.requests.close();
  }

  async #write(base: Edition, book: Book): Promise<Edition> {
    const endMs = performance.now() + (this.#options.lockedMs ?? 5000);
    for (;;) {
      const present = await this.#look();
      const written = present === undefined ? await this.#create(base, book) : await this.#replace(present, base, book);
      if (written !== 'again') return written;
      if (performance.now() > endMs)
        throw new SluiceError('STORE', `${this.name} cannot be written, and nothing has changed: a deployment of this app is under way`);
      await wait(LOCKED_PAUSE_MS);
    }
  }

  /** Whatever was known last is written whole. */
  async #create(base: Edition, book: Book): Promise<Edition | 'again'> {
    const labels = toLabels(book, { revision: book.revision, nonce: randomUUID(), parent: NEW, parentVersion: '' }, base.rest);
    return (await this.#app.create(labels)) === 'exists' ? 'again' : this.#know(this.#read({ version: '', labels }, book));
  }

  /** Where the last version is none to go on from, what came before it decides. */
  async #look(): Promise<Present | undefined> {
    const present = await this.#app.read();
    if (present === undefined || whyHeld(present.last, this.#known) === undefined) return present;
    return this.#app.read(this.#known?.head?.parentVersion);
  }

  async #replace(present: Present, base: Edition, book: Book): Promise<Edition | 'again'> {
    const there = present.counted.at(-1) ?? present.last;
    // Nothing of what is in force is left there: what goes over it is what was known last.
    const { edition } = whyHeld(there, this.#known) === undefined ? this.#read(there) : (this.#known ?? there);
    // An operator may have edited a label by hand: then the nonce is the same.
    if (edition.nonce !== base.nonce || !equal(edition.book, base.book)) return this.#lose(present);
    const nonce = randomUUID();
    const from = there.version;
    const head = { revision: book.revision, nonce, parent: there.head?.nonce ?? edition.nonce, parentVersion: from };
    const { rest } = edition;
    const labels = toLabels(book, head, rest);
    const failure = await this.#put(labels);
    if (failure === 'locked') return 'again';
    return this.#know(this.#read(await this.#judge(from, nonce, base, failure), book));
  }

  /** Why it is not known whether it was written. */
  async #put(labels: Readonly<Record<string, string>>): Promise<'locked' | { readonly error: unknown } | undefined> {
    try {
      return (await this.#app.put(labels)) === 'locked' ? 'locked' : undefined;
    } catch (error) {
      return { error };
    }
  }

  /** Whether what was written counts: all versions since the one that it was made from are asked. */
  async #judge(from: string, nonce: string, base: Edition, failure: { readonly error: unknown } | undefined): Promise<BookVersion> {
    const present = await this.#readBack(from, failure);
    const mine = present.counted.find(({ edition }) => edition.nonce === nonce);
    if (mine === undefined && failure !== undefined) throw failure.error;
    if (mine === undefined) return this.#lose(present);
    this.#note(base.nonce, mine.version);
    await this.#repair(present);
    return mine;
  }

  async #readBack(from: string, failure: { readonly error: unknown } | undefined): Promise<Present> {
    try {
      const present = await this.#app.read(from);
      if (present !== undefined) return present;
      throw new Error('the app is gone');
    } catch (error) {
      const because = failure === undefined ? error : failure.error;
      throw new SluiceError(
        'STORE',
        `it is not known whether ${this.name} were written, for Marathon cannot be asked; what it has counts, and will be in force: ${messageOf(because)}`,
        error,
      );
    }
  }

  /** Somebody else was first: what he wrote is in force. */
  async #lose(present: Present): Promise<never> {
    await this.#repair(present);
    const there = present.counted.at(-1) ?? present.last;
    if (whyHeld(there, this.#known) === undefined) this.#options.onEdition(this.#know(this.#read(there)));
    throw conflict(this.name);
  }

  /** Puts the true book back where another one went over it. */
  async #repair(present: Present): Promise<void> {
    let seen: Present | undefined = present;
    for (let tries = 0; tries < MOST_REPAIRS; tries += 1) {
      const truth: BookVersion | undefined = seen?.counted.at(-1);
      if (seen === undefined || truth === undefined || truth.edition.nonce === seen.last.edition.nonce) return;
      if ((await this.#app.put(truth.labels)) === 'locked') await wait(LOCKED_PAUSE_MS);
      seen = await this.#app.read(truth.head?.parentVersion);
    }
  }

  /** What cannot be read of it stays as it is in force. @param before what is in force */
  #read({ version, labels }: SeenApp, before = this.#known?.edition.book): BookVersion {
    return { version, labels, ...fromLabels(this.#options.appId, labels, before) };
  }

  #know(version: BookVersion): Edition {
    this.#known = version;
    return version.edition;
  }

  #note(nonce: string, version: string): void {
    this.#superseded.set(nonce, version);
    for (const oldest of this.#superseded.keys()) {
      if (this.#superseded.size <= MOST_SUPERSEDED) break;
      this.#superseded.delete(oldest);
    }
  }
}
