import type { Logger } from 'pino';
import { backoffMs } from '../kit/backoff.ts';
import { messageOf } from '../kit/error.ts';

interface KeeperOptions {
  readonly log: Logger;
  /** Writes the model as it is now; rejects when it cannot. */
  readonly write: (savedAt: string) => Promise<void>;
  /** From the first change to the write. */
  readonly delayMs?: number;
  /** First pause after a failure; the longest is twelve times this. */
  readonly retryMs?: number;
}

export interface KeeperState {
  /** Of the newest copy on disk that this process has written, ISO 8601. */
  readonly savedAt?: string;
  /** Why there is none newer; absent: the last write went well. */
  readonly error?: string;
}

/** Of the time, at most one part in so many is spent on writing: where a write takes long, the next one waits. */
const REST = 20;

/** Keeps the model's copy on disk up to date: soon after a change, never more often than it can be afforded, and without end where it fails. */
export class ModelKeeper {
  readonly #options: KeeperOptions;
  #state: KeeperState = {};
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isDue = false;
  #isClosed = false;
  #failures = 0;
  #lastMs = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  get state(): KeeperState {
    return this.#state;
  }

  /** The model has changed, or was confirmed to be as it is. Costs nothing: call it with every event. */
  request(): void {
    this.#isDue = true;
    if (!this.#isClosed && this.#timer === undefined && this.#running === undefined) this.#wait();
  }

  /** Writes what is still due. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#isDue) await this.#run();
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#run().then(() => {
        this.#running = undefined;
        if (this.#isDue && !this.#isClosed) this.#wait();
      });
    }, this.#pauseMs());
  }

  #pauseMs(): number {
    const { delayMs = 250, retryMs = 5000 } = this.#options;
    if (this.#failures > 0) return backoffMs(this.#failures, { baseMs: retryMs, maxMs: 12 * retryMs });
    return Math.max(delayMs, REST * this.#lastMs);
  }

  async #run(): Promise<void> {
    const { log, write } = this.#options;
    const beganMs = performance.now();
    const savedAt = new Date().toISOString();
    this.#isDue = false;
    try {
      await write(savedAt);
      if (this.#failures > 0) log.info('the model is saved again');
      this.#failures = 0;
      this.#state = { savedAt };
    } catch (error) {
      const message = messageOf(error);
      // The same again tells nothing.
      if (this.#state.error !== message) log.warn({ err: error }, `the model is not saved, and all goes on without: ${message}`);
      this.#failures += 1;
      this.#isDue = true;
      this.#state = { ...this.#state, error: message };
    }
    this.#lastMs = performance.now() - beganMs;
  }
}
