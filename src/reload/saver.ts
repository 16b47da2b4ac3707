import type { Logger } from 'pino';
import { messageOf } from '../kit/error.ts';

interface SaverOptions {
  readonly log: Logger;
  readonly save: () => Promise<void>;
  /** From the first change to the write. */
  readonly delayMs?: number;
  readonly retryMs?: number;
}

/** Brings the files after runtime steps up to date, within a second and off the hot path: HAProxy must come back with them if it dies. */
export class Saver {
  readonly #options: SaverOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(options: SaverOptions) {
    this.#options = options;
  }

  request(): void {
    if (this.#closed || this.#timer !== undefined) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    this.#wait(this.#options.delayMs ?? 800);
  }

  /** Writes what is still due. */
  async close(): Promise<void> {
    const due = this.#timer !== undefined || this.#again;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
    if (due) await this.#run();
  }

  #wait(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.request();
      });
    }, delayMs);
  }

  async #run(): Promise<void> {
    try {
      await this.#options.save();
    } catch (error) {
      this.#options.log.error({ err: error }, `files could not be written, HAProxy goes on without them: ${messageOf(error)}`);
      if (!this.#closed) setTimeout(() => this.request(), this.#options.retryMs ?? 5000).unref();
    }
  }
}
