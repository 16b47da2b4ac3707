import type { Problem } from '../kit/problem.ts';
import type { ReadApp } from './payload/entry.ts';

/** The problems of the newest read of each app. Tells of each once, as long as it stays. */
export class Problems {
  readonly #onNew: (problem: Problem) => void;
  #byApp = new Map<string, readonly Problem[]>();

  constructor(onNew: (problem: Problem) => void) {
    this.#onNew = onNew;
  }

  get all(): readonly Problem[] {
    return [...this.#byApp.values()].flat();
  }

  /** In place of all that was known. `stays`: of these apps nothing is told, and what was known is still so. */
  putAll(read: readonly ReadApp[], stays: (appId: string) => boolean = () => false): void {
    const before = this.#byApp;
    this.#byApp = new Map([...before].filter(([appId]) => stays(appId)));
    for (const { appId, problems } of read) {
      if (problems.length === 0) continue;
      this.#byApp.set(appId, [...(this.#byApp.get(appId) ?? []), ...problems]);
    }
    for (const [appId, problems] of this.#byApp) this.#tellNew(before.get(appId), problems);
  }

  put(appId: string, problems: readonly Problem[]): void {
    const before = this.#byApp.get(appId);
    if (problems.length === 0) this.#byApp.delete(appId);
    else this.#byApp.set(appId, problems);
    this.#tellNew(before, problems);
  }

  #tellNew(before: readonly Problem[] | undefined, now: readonly Problem[]): void {
    for (const problem of now) {
      if (before?.some(({ message }) => message === problem.message) !== true) this.#onNew(problem);
    }
  }
}
