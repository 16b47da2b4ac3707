import { CheckEndless } from './check.ts';

/** HAProxy reads thousands of apps in less than a second. */
const SHORTEST_MS = 10_000;
const LONGEST_MS = 60_000;
/** Of what the last check took. */
const FACTOR = 20;

/**
 * How long a check may take. One that does not end holds every change up, so it is not waited for much longer than for those that do; on a host that has
 * become slow each try has twice as long as the one before.
 */
export class CheckPatience {
  #limitMs = SHORTEST_MS;

  /** Throws what `check` does. */
  async wait<T>(check: (limitMs: number) => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      const result = await check(this.#limitMs);
      this.#allow(FACTOR * (performance.now() - began));
      return result;
    } catch (error) {
      if (error instanceof CheckEndless) this.#allow(2 * this.#limitMs);
      throw error;
    }
  }

  #allow(ms: number): void {
    this.#limitMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, 1000 * Math.ceil(ms / 1000)));
  }
}
