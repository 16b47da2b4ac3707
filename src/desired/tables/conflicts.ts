import type { Problem } from '../../kit/problem.ts';

/** Problems that come from what other apps claim, by what is claimed. */
export class Conflicts {
  readonly #byKey = new Map<string, readonly Problem[]>();

  set(key: string, problems: readonly Problem[]): void {
    if (problems.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, problems);
  }

  all(): readonly Problem[] {
    return [...this.#byKey.values()].flat();
  }
}
