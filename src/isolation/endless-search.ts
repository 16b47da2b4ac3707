import type { Blame } from '../haproxy/blame.ts';
import { CheckEndless } from '../haproxy/check.ts';
import { ConfigRefused } from '../haproxy/diagnostics.ts';
import { trialOf, withoutThese } from '../haproxy/trial.ts';
import type { Section } from '../render/section.ts';
import { inHalves, neededFirst } from './halves.ts';
import type { Check, Rendered } from './rendered.ts';

/** HAProxy reads thousands of sections in less. */
const LIMIT_MS = 5000;
/** Waiting for so many is minutes: what is found by then is left out, and the rest is found the next time. */
const MOST_ENDLESS = 50;

/** Finds what HAProxy does not come to the end of: password hashes of millions of rounds, for one. */
export class EndlessSearch {
  readonly #check: Check;
  readonly #rendered: Rendered;
  readonly #found = new Map<Section, Blame>();
  #left = MOST_ENDLESS;

  constructor(check: Check, rendered: Rendered) {
    this.#check = check;
    this.#rendered = rendered;
  }

  /** Nobody: all together are too much, or this host is too slow for what all share too. */
  async among(suspects: readonly Section[]): Promise<readonly Blame[]> {
    if (suspects.length > 0 && (await this.#ends([]))) await this.#halve(neededFirst(suspects));
    return [...this.#found.values()];
  }

  async #halve(suspects: readonly Section[]): Promise<void> {
    const rest = this.#withoutFound(suspects);
    if (rest.length === 0 || this.#left <= 0 || (await this.#ends(rest))) return;
    const [only] = rest;
    if (rest.length > 1 || only === undefined) {
      for (const half of inHalves(rest)) await this.#halve(half);
    } else if (await this.#ends([])) {
      // A host that is overloaded by now would not have come to the end of that either.
      const message = 'HAProxy did not come to the end of checking it';
      this.#found.set(only, { section: only, diagnostic: { severity: 'alert', message } });
    }
  }

  /** Nor what cannot be there without those. */
  #withoutFound(suspects: readonly Section[]): readonly Section[] {
    const there = new Set(withoutThese(this.#rendered.sections, new Set(this.#found.keys())));
    return suspects.filter((section) => there.has(section));
  }

  /** Whether HAProxy comes to a verdict, whichever. */
  async #ends(sections: readonly Section[]): Promise<boolean> {
    const { files } = trialOf(sections, this.#rendered.sections, this.#rendered.shared());
    try {
      await this.#check(files, LIMIT_MS);
      return true;
    } catch (error) {
      if (error instanceof ConfigRefused) return true;
      if (!(error instanceof CheckEndless)) throw error;
      this.#left -= 1;
      return false;
    }
  }
}
