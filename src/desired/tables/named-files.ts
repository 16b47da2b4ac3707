import type { Claim } from '../app-part.ts';
import { count } from './count.ts';

/** Files that claims name, in force or not, and whose claims these are. */
export class NamedFiles<V> {
  readonly #filesOf: (value: V) => readonly string[];
  /** File -> app id -> number of claims. */
  readonly #claims = new Map<string, Map<string, number>>();

  constructor(filesOf: (value: V) => readonly string[]) {
    this.#filesOf = filesOf;
  }

  replace(before: readonly Claim<V>[], after: readonly Claim<V>[]): void {
    for (const claim of after) this.#count(claim, 1);
    for (const claim of before) this.#count(claim, -1);
  }

  /** Each with the app that named it first. */
  *firstOwners(): Iterable<readonly [file: string, appId: string]> {
    for (const [file, apps] of this.#claims) for (const appId of apps.keys().take(1)) yield [file, appId];
  }

  #count({ appId, value }: Claim<V>, by: 1 | -1): void {
    for (const file of this.#filesOf(value)) {
      const apps = this.#claims.get(file) ?? new Map<string, number>();
      count(apps, appId, by);
      if (apps.size === 0) this.#claims.delete(file);
      else this.#claims.set(file, apps);
    }
  }
}
