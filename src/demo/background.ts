import type { Background } from './world.ts';

/** Carries work that nobody awaits; the first thing that goes wrong in it is thrown by `close()`. */
export class BackgroundWork implements Background {
  readonly #abort = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #failures: unknown[] = [];

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  run(work: Promise<unknown>): void {
    const tracked = work
      .catch((error: unknown) => {
        if (!this.#isOurAbort(error)) this.#failures.push(error);
      })
      .finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  /** Work that ends because the stand-in is closed has not failed. */
  #isOurAbort(error: unknown): boolean {
    return this.signal.aborted && (error === this.signal.reason || (error instanceof Error && error.name === 'AbortError'));
  }

  /** Nothing new is to be begun after this. */
  stop(): void {
    this.#abort.abort(new Error('the stand-in is closed'));
  }

  /** Waits for what still runs. @throws what went wrong in the background */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failures.length > 0)
      throw new AggregateError(this.#failures, `the stand-in failed in the background: ${String(this.#failures[0])}`);
  }
}
