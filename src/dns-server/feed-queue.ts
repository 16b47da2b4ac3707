import type { FeedMessage, Freshness } from '../dns/feed-message.ts';
import type { NamedCluster, NamedTask } from '../dns/named-task.ts';
import type { StaticRecord } from '../dns/static-record.ts';
import type { ZoneChange } from '../dns/zone-change.ts';

/** Where the queue finds what is to be told now. */
interface Parts {
  readonly task: (key: string) => NamedTask | undefined;
  readonly cluster: () => NamedCluster | undefined;
  readonly records: () => readonly StaticRecord[] | undefined;
  readonly freshness: () => Freshness;
}

type Other = 'cluster' | 'records' | 'freshness';

/** Tasks of one message: taking them keeps no question waiting for more than some milliseconds. */
const MOST_TASKS = 250;

/**
 * What one responder was not told yet. It keeps which tasks these are and not what was to be said of them, so a responder that is slow gets the last
 * word on each, and one that hangs makes nothing grow.
 */
export class FeedQueue {
  readonly #parts: Parts;
  readonly #puts: Set<string>;
  readonly #drops = new Set<string>();
  readonly #others = new Set<Other>(['cluster', 'records', 'freshness']);
  #whole: 'not-begun' | 'begun' | 'told' = 'not-begun';

  /** @param keys of all tasks there are */
  constructor(parts: Parts, keys: Iterable<string>) {
    this.#parts = parts;
    this.#puts = new Set(keys);
  }

  notePut(key: string): void {
    this.#drops.delete(key);
    this.#puts.add(key);
  }

  noteDrop(key: string): void {
    this.#puts.delete(key);
    this.#drops.add(key);
  }

  noteOther(other: Other): void {
    this.#others.add(other);
  }

  /** What is to be said next; undefined: all was said. */
  next(): FeedMessage | undefined {
    if (this.#whole === 'not-begun') {
      this.#whole = 'begun';
      return { kind: 'whole-begin' };
    }
    // Before the names: who knows that they are old should not take them for new first.
    if (this.#others.delete('freshness')) return { kind: 'freshness', freshness: this.#parts.freshness() };
    const change = this.#change();
    if (change !== undefined) return { kind: 'change', change };
    if (this.#whole === 'told') return undefined;
    this.#whole = 'told';
    return { kind: 'whole-end' };
  }

  #change(): ZoneChange | undefined {
    const put = this.#takePuts();
    // What is new comes before what goes: where they are cut, no name is without an address between.
    const drop = this.#puts.size > 0 ? [] : [...this.#drops.values().take(MOST_TASKS - put.length)];
    for (const key of drop) this.#drops.delete(key);
    const cluster = this.#others.delete('cluster') ? this.#parts.cluster() : undefined;
    const records = this.#others.delete('records') ? this.#parts.records() : undefined;
    if (put.length + drop.length === 0 && cluster === undefined && records === undefined) return undefined;
    return { put, drop, ...(cluster === undefined ? {} : { cluster }), ...(records === undefined ? {} : { records }) };
  }

  #takePuts(): readonly NamedTask[] {
    const keys = [...this.#puts.values().take(MOST_TASKS)];
    for (const key of keys) this.#puts.delete(key);
    return keys.flatMap((key) => this.#parts.task(key) ?? []);
  }
}
