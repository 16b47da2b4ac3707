interface TurnsOptions {
  /** Resolves to how long the one after it has to wait, in ms. Never rejects. */
  readonly turn: () => Promise<number>;
  /** After each: whether there is work for another one. */
  readonly isMore: () => boolean;
}

/** One turn at a time. Who wakes it while one runs is heard when that has ended, by `isMore`. */
export class Turns {
  readonly #options: TurnsOptions;
  #scheduled: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  wake(delayMs = 0): void {
    if (this.#closed || this.#running !== undefined || this.#scheduled !== undefined) return;
    // One turn of the event loop: what arrives together is done together, and nobody waits.
    this.#scheduled = delayMs === 0 ? setImmediate(() => this.#begin()) : setTimeout(() => this.#begin(), delayMs);
  }

  /** None begins any more; resolves when the one that runs has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    clearImmediate(this.#scheduled as NodeJS.Immediate);
    await this.#running;
  }

  #begin(): void {
    this.#scheduled = undefined;
    this.#running = this.#options.turn().then((delayMs) => {
      this.#running = undefined;
      if (this.#options.isMore()) this.wake(delayMs);
    });
  }
}
