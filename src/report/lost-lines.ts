import type { Logger } from 'pino';
import { messageOf } from '../kit/error.ts';

interface LostLinesOptions {
  readonly log: Logger;
  /** What the worker that serves has left out since it began. */
  readonly ask: () => Promise<{ readonly pid: number; readonly count: number }>;
  readonly everyMs?: number;
}

const EVERY_MS = 10_000;

/** How many lines of the access log HAProxy has left out. A worker that is replaced takes what it left out since the last look with it. */
export class LostLines {
  readonly #options: LostLinesOptions;
  readonly #timer: NodeJS.Timeout;
  /** What was lost before this process began is none of its losses. */
  #isFirstLook = true;
  #pid: number | undefined;
  #seen = 0;
  #count = 0;

  constructor(options: LostLinesOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(), options.everyMs ?? EVERY_MS);
    void this.look();
  }

  /** Since this process began. */
  get count(): number {
    return this.#count;
  }

  async look(): Promise<void> {
    const { log, ask } = this.#options;
    const isFirst = this.#isFirstLook;
    this.#isFirstLook = false;
    try {
      const { pid, count } = await ask();
      // A worker that came since begins with none.
      const lost = count - (isFirst ? count : pid === this.#pid ? this.#seen : 0);
      this.#pid = pid;
      this.#seen = count;
      this.#count += lost;
      if (lost > 0) log.warn({ lost }, 'lines of the access log were lost: standard output is not read fast enough');
    } catch (error) {
      log.debug({ err: error }, `HAProxy cannot be asked for lines that it left out: ${messageOf(error)}`);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
