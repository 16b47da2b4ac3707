interface UrgentReloadsOptions {
  /** Reloads that went well so far. */
  readonly reloads: () => number;
  /** In ms. */
  readonly now?: () => number;
}

/** One reload. */
interface Spent {
  readonly atMs: number;
  /** How many there were before. */
  readonly reloads: number;
}

const MOST = 3;
const WITHIN_MS = 10 * 60_000;

/**
 * For whose sake a reload may not be held back: a backend that no server serves. For each of them a few times in a while, for its tasks may crash
 * again and again, and each reload costs everybody's connections one more old worker.
 */
export class UrgentReloads {
  readonly #options: UrgentReloadsOptions;
  readonly #spent = new Map<string, readonly Spent[]>();

  constructor(options: UrgentReloadsOptions) {
    this.#options = options;
  }

  /** Whether one for these backends is. To be asked as often as one likes until it is done: that is one. */
  areFor(backends: readonly string[]): boolean {
    this.#forget();
    return backends.filter((backend) => this.#isFor(backend)).length > 0;
  }

  #isFor(backend: string): boolean {
    const spent = this.#spent.get(backend) ?? [];
    const reloads = this.#options.reloads();
    if (spent.at(-1)?.reloads === reloads) return true;
    if (spent.length >= MOST) return false;
    this.#spent.set(backend, [...spent, { atMs: this.#now(), reloads }]);
    return true;
  }

  #forget(): void {
    const sinceMs = this.#now() - WITHIN_MS;
    for (const [backend, spent] of this.#spent) {
      const still = spent.filter(({ atMs }) => atMs > sinceMs);
      if (still.length > 0) this.#spent.set(backend, still);
      else this.#spent.delete(backend);
    }
  }

  #now(): number {
    return this.#options.now?.() ?? performance.now();
  }
}
