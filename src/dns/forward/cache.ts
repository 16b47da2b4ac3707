import { isAnswer, type Kept } from './kept.ts';

export interface CacheLimits {
  readonly entries: number;
  /** Of answers and their keys, with what they cost besides. */
  readonly bytes: number;
  /** How long an answer that holds no longer may still be given where nobody answers (RFC 8767). */
  readonly staleMs: number;
}

/** What is known of a question. Times are those of one clock that never goes back. */
export interface Entry {
  readonly kept: Kept;
  readonly sinceMs: number;
  /** Holds until then. */
  readonly untilMs: number;
  /** Before that nobody is asked anew: it was in vain. */
  readonly recheckMs: number;
}

export type Lookup = { readonly kind: 'fresh' | 'stale'; readonly entry: Entry } | { readonly kind: 'none' };

/** Of an entry besides its bytes and its key: objects, lists of places, the map's own. */
const OVERHEAD_BYTES = 400;
const BYTES_PER_RECORD = 24;
/** For one that comes: nobody waits until all have had their turn. */
const MOST_SPARED = 64;
const NONE: Lookup = { kind: 'none' };

const costOf = (key: string, { kept }: Entry): number =>
  key.length + kept.bytes.length + kept.ttls.length * BYTES_PER_RECORD + OVERHEAD_BYTES;

/** Answers by question; where there is no room what has not been asked for goes first, oldest first. */
export class AnswerCache {
  readonly #limits: CacheLimits;
  /** Oldest first. */
  readonly #entries = new Map<string, Entry>();
  /**
   * Those that were asked for since it was last their turn to go: they are let off once (CLOCK). A map in the order of use is slow: V8 walks past all former
   * places of a key that is moved often (12 µs, where all else that is done for an answer takes 1).
   */
  readonly #used = new WeakSet<Entry>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  look(key: string, nowMs: number): Lookup {
    const entry = this.#entries.get(key);
    if (entry === undefined) return NONE;
    if (nowMs >= this.#goneMs(entry)) {
      this.#remove(key, entry);
      return NONE;
    }
    this.#used.add(entry);
    return { kind: nowMs < entry.untilMs ? 'fresh' : 'stale', entry };
  }

  /** Nothing is kept of what holds for no time; what was known before stays then. */
  put(key: string, kept: Kept, nowMs: number, lifetimeMs = kept.lifetimeSeconds * 1_000): void {
    if (lifetimeMs <= 0) return;
    this.#set(key, { kept, sinceMs: nowMs, untilMs: nowMs + lifetimeMs, recheckMs: 0 });
  }

  /** Asked in vain: what is stale stays so, and nobody is asked again before then. */
  postpone(key: string, recheckMs: number): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#set(key, { ...entry, recheckMs });
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** A failure is no answer, and not given when its time is over. */
  #goneMs({ kept, untilMs }: Entry): number {
    return untilMs + (isAnswer(kept) ? this.#limits.staleMs : 0);
  }

  #set(key: string, entry: Entry): void {
    const before = this.#entries.get(key);
    if (before !== undefined) this.#remove(key, before);
    this.#entries.set(key, entry);
    this.#bytes += costOf(key, entry);
    let spared = 0;
    for (const [oldest, value] of this.#entries) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) return;
      this.#entries.delete(oldest);
      if (spared < MOST_SPARED && this.#used.delete(value)) {
        this.#entries.set(oldest, value);
        spared += 1;
      } else this.#bytes -= costOf(oldest, value);
    }
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= costOf(key, entry);
  }
}
