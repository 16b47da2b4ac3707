/** Marathon's clock and ours drift apart by less than this matters within so long. */
const BUCKET_MS = 300_000;

/**
 * How much later the events of one stream come than its fastest ones did. Clocks are never compared: only the difference between
 * Marathon's and ours now and a few minutes ago.
 */
export class Lag {
  readonly #limitMs: number;
  /** Least difference of the clocks in the present and in the last five minutes. */
  #least = Infinity;
  #leastBefore = Infinity;
  #bucketEndMs = -Infinity;
  /** Since when every event was late. */
  #lateSinceMs: number | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /**
   * Whether every event was late by more than the limit, for as long.
   * @param madeAtMs by Marathon's clock
   * @param nowMs by one that nobody sets
   */
  isTooLong(madeAtMs: number, nowMs: number): boolean {
    const difference = nowMs - madeAtMs;
    if (nowMs > this.#bucketEndMs) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#bucketEndMs = nowMs + BUCKET_MS;
    }
    this.#least = Math.min(this.#least, difference);
    const isLate = difference - Math.min(this.#least, this.#leastBefore) > this.#limitMs;
    this.#lateSinceMs = isLate ? (this.#lateSinceMs ?? nowMs) : undefined;
    return this.#lateSinceMs !== undefined && nowMs - this.#lateSinceMs > this.#limitMs;
  }
}
