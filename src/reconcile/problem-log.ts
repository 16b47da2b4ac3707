import type { Logger } from 'pino';
import type { Problem } from '../kit/problem.ts';

interface ProblemLogOptions {
  readonly log: Logger;
  /** All problems as of now. Looks at every app: called at most once in `delayMs`. */
  readonly problems: () => readonly Problem[];
  readonly delayMs?: number;
}

/** Says each problem once when it comes and once when it is gone, for who has only the log. */
export class ProblemLog {
  readonly #options: ProblemLogOptions;
  #known = new Map<string, Problem>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ProblemLogOptions) {
    this.#options = options;
  }

  /** Something changed: problems may have come or gone. */
  note(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, this.#options.delayMs ?? 1000);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    const now = new Map(this.#options.problems().map((problem) => [JSON.stringify(problem), problem]));
    for (const [key, problem] of now) if (!this.#known.has(key)) this.#options.log.warn(problem, 'problem');
    for (const [key, problem] of this.#known) if (!now.has(key)) this.#options.log.info(problem, 'problem is gone');
    this.#known = now;
  }
}
