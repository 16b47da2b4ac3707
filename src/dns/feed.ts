import { never } from '../kit/never.ts';
import type { FeedMessage, Freshness } from './feed-message.ts';
import type { Zone } from './zone.ts';
import type { ZoneChange } from './zone-change.ts';

/** Keeps a zone as it is told. While everything is told anew what was known stays, and goes at the end if it was not named. */
export class Feed {
  readonly #zone: Zone;
  /** Keys that were named since `whole-begin`; undefined: nothing is being told anew. */
  #named: Set<string> | undefined;
  #isWhole = false;
  #freshness: Freshness;

  /** @param startedMs Date.now() */
  constructor(zone: Zone, startedMs: number) {
    this.#zone = zone;
    this.#freshness = { state: 'not-ready', sinceMs: startedMs };
  }

  /** `not-ready` until everything has been told once. */
  get freshness(): Freshness {
    return this.#isWhole ? this.#freshness : { ...this.#freshness, state: 'not-ready' };
  }

  take(message: FeedMessage): void {
    switch (message.kind) {
      case 'whole-begin':
        this.#named = new Set();
        return;
      case 'whole-end':
        this.#end();
        return;
      case 'change':
        this.#note(message.change);
        this.#zone.apply(message.change);
        return;
      case 'freshness':
        this.#freshness = message.freshness;
        return;
      default:
        never(message);
    }
  }

  #note({ put, drop }: ZoneChange): void {
    for (const key of drop ?? []) this.#named?.delete(key);
    for (const { key } of put ?? []) this.#named?.add(key);
  }

  #end(): void {
    const named = this.#named;
    this.#named = undefined;
    this.#isWhole = true;
    if (named === undefined) return;
    this.#zone.apply({ drop: [...this.#zone.keys()].filter((key) => !named.has(key)) });
  }
}
