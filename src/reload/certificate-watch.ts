import type { Logger } from 'pino';
import { messageOf } from '../kit/error.ts';

interface CertificateWatchOptions {
  readonly log: Logger;
  /** Looks at them, and does what follows. */
  readonly look: () => Promise<void>;
  readonly everyMs?: number;
}

/** Thousands of files on a slow disk are looked at less often: this share of the time at most. */
const TIMES_A_LOOK = 20;

/** Looks at certificates again and again, one look after the other, and at once when asked. */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  /** What it failed of the last time: told once, not each second. */
  #failure: string | undefined;

  constructor(options: CertificateWatchOptions) {
    this.#options = options;
    this.#wait(0);
  }

  lookNow(): void {
    if (this.#running !== undefined) this.#again = true;
    else this.#look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #wait(tookMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#look(), Math.max(this.#options.everyMs ?? 1000, TIMES_A_LOOK * tookMs));
  }

  #look(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#again = false;
    const began = performance.now();
    this.#running = this.#lookOnce().finally(() => {
      this.#running = undefined;
      if (this.#again) this.#look();
      else this.#wait(performance.now() - began);
    });
  }

  async #lookOnce(): Promise<void> {
    try {
      await this.#options.look();
      this.#failure = undefined;
    } catch (error) {
      const failure = messageOf(error);
      if (failure !== this.#failure)
        this.#options.log.error({ err: error }, `certificates could not be renewed, and those in force stay: ${failure}`);
      this.#failure = failure;
    }
  }
}
