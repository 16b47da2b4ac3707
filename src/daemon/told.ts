import type { Logger } from 'pino';

/** Says each problem once when it comes, and once when it is gone. */
export class Told {
  readonly #log: Logger;
  #known: ReadonlySet<string> = new Set();

  constructor(log: Logger) {
    this.#log = log;
  }

  note(problems: readonly string[]): void {
    const now = new Set(problems);
    for (const problem of now) if (!this.#known.has(problem)) this.#log.error(problem);
    for (const problem of this.#known) if (!now.has(problem)) this.#log.info({ problem }, 'problem is gone');
    this.#known = now;
  }
}
