const TICK_MS = 5;

/**
 * Calls `start` so many times a second, whatever came of the calls before. What falls behind for a moment is caught up with, also where `start`
 * says that it cannot now.
 */
export class Rate {
  readonly #timer: NodeJS.Timeout;
  readonly #beganMs = performance.now();
  #endedMs: number | undefined;
  #started = 0;

  constructor(perSecond: number, start: () => 'started' | 'not-now') {
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - this.#beganMs) / 1000) * perSecond);
      while (this.#started < due && start() === 'started') this.#started += 1;
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#endedMs ??= performance.now();
  }

  /** As it was reached. */
  get perSecond(): number {
    return this.#started / (((this.#endedMs ?? performance.now()) - this.#beganMs) / 1000);
  }
}
