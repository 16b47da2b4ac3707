/**
 * The stand-in's time. Timestamps are the machine's; delays are Marathon's own seconds times `timeScale`, so that a 75 s agent loss
 * can pass in a blink. Every timer is owned here: `close()` leaves none behind.
 */
export class Clock {
  readonly timeScale: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #lastVersionMs = 0;

  constructor(timeScale: number) {
    this.timeScale = timeScale;
  }

  nowMs(): number {
    return Date.now();
  }

  /** A moment as Marathon writes it: ISO-8601, UTC, milliseconds, `Z`. */
  timestamp(atMs: number = this.nowMs()): string {
    return new Date(atMs).toISOString();
  }

  /** A version: a timestamp that no earlier version shares, since Marathon tells versions apart by it. */
  version(): string {
    this.#lastVersionMs = Math.max(this.nowMs(), this.#lastVersionMs + 1);
    return this.timestamp(this.#lastVersionMs);
  }

  toMs(seconds: number): number {
    return seconds * 1000 * this.timeScale;
  }

  /** Marathon seconds that have passed since a moment. */
  secondsSince(momentMs: number): number {
    return this.timeScale === 0 ? Infinity : (this.nowMs() - momentMs) / 1000 / this.timeScale;
  }

  /** Runs once, after so many of Marathon's seconds. @returns cancels it */
  after(seconds: number, run: () => void): () => void {
    return this.afterMs(this.toMs(seconds), run);
  }

  /** Runs once, after real milliseconds. @returns cancels it */
  afterMs(delayMs: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs);
    return this.#own(timer);
  }

  /** Runs again and again, with so many of Marathon's seconds between. @returns stops it */
  every(seconds: number, run: () => void): () => void {
    return this.everyMs(Math.max(1, this.toMs(seconds)), run);
  }

  /** Runs again and again, with real milliseconds between. @returns stops it */
  everyMs(intervalMs: number, run: () => void): () => void {
    return this.#own(setInterval(run, intervalMs));
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #own(timer: NodeJS.Timeout): () => void {
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }
}
