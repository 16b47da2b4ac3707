import type { Claim } from '../app-part.ts';

type Order<T> = (a: Claim<T>, b: Claim<T>) => number;

/** Where the claim belongs in a sorted list. */
const placeOf = <T>(claims: readonly Claim<T>[], claim: Claim<T>, order: Order<T>): number => {
  let low = 0;
  let high = claims.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(claims[middle] as Claim<T>, claim) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Who claims what: key -> claims in order, the first of which gets it. Many apps may claim one key, so lists are kept sorted in place. */
export class Claims<T> {
  readonly #byKey = new Map<string, Claim<T>[]>();
  readonly #keyOf: (value: T) => string;
  readonly #order: Order<T>;

  constructor(keyOf: (value: T) => string, order: Order<T>) {
    this.#keyOf = keyOf;
    this.#order = order;
  }

  /** Puts `after` in the place of `before`; tells which keys this is about. */
  replace(before: readonly Claim<T>[], after: readonly Claim<T>[]): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const claim of before) {
      const key = this.#keyOf(claim.value);
      this.#remove(key, claim);
      keys.add(key);
    }
    for (const claim of after) {
      const key = this.#keyOf(claim.value);
      this.#insert(key, claim);
      keys.add(key);
    }
    return keys;
  }

  /** A live list. */
  of(key: string): readonly Claim<T>[] {
    return this.#byKey.get(key) ?? [];
  }

  /** Keys with a claim of this kind. Looks at all of them. */
  keysWith(isMeant: (value: T) => boolean): readonly string[] {
    return [...this.#byKey].filter(([, claims]) => claims.some(({ value }) => isMeant(value))).map(([key]) => key);
  }

  #insert(key: string, claim: Claim<T>): void {
    const claims = this.#byKey.get(key);
    if (claims === undefined) this.#byKey.set(key, [claim]);
    else claims.splice(placeOf(claims, claim, this.#order), 0, claim);
  }

  #remove(key: string, claim: Claim<T>): void {
    const claims = this.#byKey.get(key) ?? [];
    const at = claims.indexOf(claim);
    if (at < 0) throw new Error(`${claim.appId} gives up '${key}', which it did not claim`);
    if (claims.length === 1) this.#byKey.delete(key);
    else claims.splice(at, 1);
  }
}
