export interface LogLimitOptions {
  /** Lines that say the same, in a window. */
  readonly sameLines: number;
  /** Lines in a window. */
  readonly lines: number;
  readonly windowMs: number;
  /** At the end of a window in which lines were left out: how many of each, the most frequent first. */
  readonly onLeftOut: (leftOut: Readonly<Record<string, number>>) => void;
}

/** Of those that were left out. */
const MAX_NAMED = 10;

/** The same but for numbers is the same. */
const kindOf = (message: string): string => message.slice(0, 100).replaceAll(/\d+/g, 'N');

/** Whatever goes wrong again and again must not fill a disk with its lines. */
export class LogLimit {
  readonly #options: LogLimitOptions;
  #written = 0;
  readonly #writtenOf = new Map<string, number>();
  readonly #leftOut = new Map<string, number>();
  #isWindowOpen = false;

  constructor(options: LogLimitOptions) {
    this.#options = options;
  }

  /** @param about what else tells two lines apart: the same of another app is another line */
  allows(message: string, about: string): boolean {
    const { lines, sameLines, windowMs } = this.#options;
    if (!this.#isWindowOpen) setTimeout(() => this.#endWindow(), windowMs).unref();
    this.#isWindowOpen = true;
    const kind = kindOf(message);
    const key = `${kind}\n${about}`;
    const same = this.#writtenOf.get(key) ?? 0;
    if (same >= sameLines || this.#written >= lines) {
      this.#leftOut.set(kind, (this.#leftOut.get(kind) ?? 0) + 1);
      return false;
    }
    this.#writtenOf.set(key, same + 1);
    this.#written += 1;
    return true;
  }

  #endWindow(): void {
    this.#isWindowOpen = false;
    this.#written = 0;
    this.#writtenOf.clear();
    if (this.#leftOut.size === 0) return;
    const most = [...this.#leftOut].sort(([, a], [, b]) => b - a).slice(0, MAX_NAMED);
    this.#leftOut.clear();
    this.#options.onLeftOut(Object.fromEntries(most));
  }
}
