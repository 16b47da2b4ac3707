const EVERY_MS = 1000;

/** Tells when this process did nothing for a while: stopped, starved, or its machine suspended. */
export class StallWatch {
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();

  /** @param onStall is given for how long, in milliseconds */
  constructor(limitMs: number, onStall: (stalledMs: number) => void) {
    const everyMs = Math.min(EVERY_MS, limitMs);
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      const stalledMs = nowMs - this.#lastMs - everyMs;
      this.#lastMs = nowMs;
      if (stalledMs > limitMs) onStall(stalledMs);
    }, everyMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
