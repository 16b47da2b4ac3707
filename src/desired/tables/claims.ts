import type { Claim } from '../app-part.ts';
import { byPrecedence } from '../precedence.ts';

/** Who claims what: key -> claims in order of precedence. */
export class Claims<T> {
  readonly #byKey = new Map<string, readonly Claim<T>[]>();
  readonly #keyOf: (value: T) => string;

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  /** Puts `after` in the place of `before`; tells which keys this is about. */
  replace(before: readonly Claim<T>[], after: readonly Claim<T>[]): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const claim of before) {
      const key = this.#keyOf(claim.value);
      keys.add(key);
      this.#set(
        key,
        this.of(key).filter((other) => other !== claim),
      );
    }
    for (const claim of after) {
      const key = this.#keyOf(claim.value);
      keys.add(key);
      this.#set(key, [...this.of(key), claim].sort(byPrecedence));
    }
    return keys;
  }

  of(key: string): readonly Claim<T>[] {
    return this.#byKey.get(key) ?? [];
  }

  #set(key: string, claims: readonly Claim<T>[]): void {
    if (claims.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, claims);
  }
}
