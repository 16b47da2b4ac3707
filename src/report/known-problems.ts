import type { Logger } from 'pino';
import type { Problem } from '../kit/problem.ts';

/** A problem, and since when it is there: ISO 8601, by the clock of this process, at the earliest when it began. */
export interface KnownProblem extends Problem {
  readonly since: string;
}

interface KnownProblemsOptions {
  readonly log: Logger;
  /** All problems as of now. Looks at every app: called at most once in `delayMs`, and when somebody asks. */
  readonly problems: () => readonly Problem[];
  readonly delayMs?: number;
}

/** Remembers since when each problem is there, and says each once when it comes and once when it is gone, for who has only the log. */
export class KnownProblems {
  readonly #options: KnownProblemsOptions;
  #known = new Map<string, KnownProblem>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KnownProblemsOptions) {
    this.#options = options;
  }

  /** Something changed: problems may have come or gone. */
  note(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#look();
    }, this.#options.delayMs ?? 1000);
  }

  /** All there are now. */
  list(): readonly KnownProblem[] {
    this.#look();
    return [...this.#known.values()];
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const { log } = this.#options;
    const since = new Date().toISOString();
    const now = new Map<string, KnownProblem>();
    for (const problem of this.#options.problems()) {
      const key = JSON.stringify(problem);
      now.set(key, this.#known.get(key) ?? { ...problem, since });
    }
    for (const [key, problem] of now) if (!this.#known.has(key)) log.warn(problem, 'problem');
    for (const [key, problem] of this.#known) if (!now.has(key)) log.info(problem, 'problem is gone');
    this.#known = now;
  }
}
