import type { Claim, RouteClaim } from '../app-part.ts';
import { byPrecedence, byWeight } from '../precedence.ts';
import { Claims } from './claims.ts';
import { Prefixes } from './prefixes.ts';

/** Host and path prefix: 'shop.example/cart'. */
export type Place = Pick<RouteClaim, 'host' | 'prefix'>;

const keyOf = ({ host, prefix }: Place): string => host + prefix;

/**
 * Claims on hosts and path prefixes. Among routes in force HAProxy's map picks the longest prefix; so a claim is in force when it is the
 * heaviest of its place and no shorter prefix of the host has a heavier one. That does not depend on which claims are in force elsewhere.
 */
export class RouteClaims {
  readonly #claims = new Claims<RouteClaim>(keyOf, byWeight);
  readonly #prefixes = new Prefixes();

  /** Puts `after` in the place of `before`; tells in which places another claim may be in force now. */
  replace(before: readonly Claim<RouteClaim>[], after: readonly Claim<RouteClaim>[]): ReadonlyMap<string, Place> {
    const places = new Map([...before, ...after].map(({ value }): [string, Place] => [keyOf(value), value]));
    const weights = new Map([...places.keys()].map((key) => [key, this.#weight(key)]));
    this.#claims.replace(before, after);
    const touched = new Map(places);
    for (const [key, place] of places) for (const longer of this.#reweighed(place, weights.get(key))) touched.set(keyOf(longer), longer);
    return touched;
  }

  /** All claims on a place, heaviest first. */
  of(key: string): readonly Claim<RouteClaim>[] {
    return this.#claims.of(key);
  }

  /** The heaviest claim on each prefix of a host. */
  onHost(host: string): readonly Claim<RouteClaim>[] {
    return this.#prefixes.longer(host, '').flatMap((prefix) => this.#claims.of(host + prefix).slice(0, 1));
  }

  /** The claim that gets the requests of this place: its own heaviest, or that of a shorter prefix that is heavier still. */
  winner({ host, prefix }: Place): Claim<RouteClaim> | undefined {
    let [winner] = this.#claims.of(host + prefix);
    if (winner === undefined) return undefined;
    for (const shorter of this.#prefixes.shorter(host, prefix)) {
      const [claim] = this.#claims.of(host + shorter);
      if (claim !== undefined && claim.value.weight > winner.value.weight) winner = claim;
    }
    return winner;
  }

  /** Who has the host: the winner of all its paths, else the first by precedence of those that have some of them; undefined: nobody claims it. */
  owner(host: string): Claim<RouteClaim> | undefined {
    const prefixes = this.#prefixes.longer(host, '');
    const places = prefixes.includes('/') ? ['/'] : prefixes;
    return places.flatMap((prefix) => this.winner({ host, prefix }) ?? []).sort(byPrecedence)[0];
  }

  #weight(key: string): number | undefined {
    return this.#claims.of(key)[0]?.value.weight;
  }

  /** Longer prefixes that this one may take from, or give back to, now that its weight is another. */
  #reweighed({ host, prefix }: Place, before: number | undefined): readonly Place[] {
    const now = this.#weight(host + prefix);
    if (now === before) return [];
    if (before === undefined) this.#prefixes.add(host, prefix);
    if (now === undefined) this.#prefixes.remove(host, prefix);
    return this.#prefixes.longer(host, prefix).map((longer) => ({ host, prefix: longer }));
  }
}
