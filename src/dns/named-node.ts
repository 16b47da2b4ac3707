import { CountedSet } from './counted-set.ts';
import { type Rdata, TYPE } from './record.ts';
import type { ZoneNode } from './zone-view.ts';

const NOTHING: readonly Rdata[] = [];

/** A name of the zone: its sets, and how many names stand right below it. */
export class NamedNode implements ZoneNode {
  isGone = false;
  prepared: unknown = undefined;
  /** Names in the zone that are one label longer. */
  children = 0;
  /** Of static records; few names have any, and the others do without the field. */
  declare ttlSeconds?: number;
  #version = 0;
  #sets: CountedSet | undefined = undefined;

  get version(): number {
    return this.#version;
  }

  get isEmpty(): boolean {
    return this.#sets === undefined && this.children === 0;
  }

  /** Something else is answered for it from now on. */
  touch(): void {
    this.#version += 1;
  }

  records(type: number): readonly Rdata[] {
    if (type === TYPE.CNAME && !this.#isAlias()) return NOTHING;
    return this.served(type)?.values() ?? NOTHING;
  }

  types(): readonly number[] {
    const types: number[] = [];
    for (let set = this.#sets; set !== undefined; set = set.next) {
      if (!types.includes(set.type)) types.push(set.type);
    }
    return types.length > 1 ? types.filter((type) => type !== TYPE.CNAME) : types;
  }

  /** How many values of that type are served. */
  size(type: number): number {
    return this.served(type)?.size ?? 0;
  }

  /** The set, made if there is none. */
  ensure(type: number, rank: number): CountedSet {
    return this.find(type, rank) ?? (this.#sets = new CountedSet(type, rank, this.#sets));
  }

  find(type: number, rank: number): CountedSet | undefined {
    for (let set = this.#sets; set !== undefined; set = set.next) if (set.type === type && set.rank === rank) return set;
    return undefined;
  }

  /** Unlinks a set that has become empty. */
  forget(gone: CountedSet): void {
    if (this.#sets === gone) this.#sets = gone.next;
    for (let set = this.#sets; set !== undefined; set = set.next) if (set.next === gone) set.next = gone.next;
  }

  /** The set of that type that is served. */
  served(type: number): CountedSet | undefined {
    let best: CountedSet | undefined;
    for (let set = this.#sets; set !== undefined; set = set.next) {
      if (set.type === type && (best === undefined || set.rank < best.rank)) best = set;
    }
    return best;
  }

  /** Nothing may stand beside a CNAME (RFC 1034, 3.6.2): what tasks give for that name wins over one from a file. */
  #isAlias(): boolean {
    return this.#sets?.next === undefined;
  }
}
