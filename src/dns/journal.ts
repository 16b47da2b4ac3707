import type { NamedNode } from './named-node.ts';
import type { Name } from './name.ts';
import { type Rdata, TYPE, type ZoneRecord } from './record.ts';

/** What one change did to what is served. */
export interface ZoneStep {
  /** Serial before it, and after. */
  readonly from: number;
  readonly to: number;
  readonly removed: readonly ZoneRecord[];
  readonly added: readonly ZoneRecord[];
}

interface Noted {
  readonly name: Name;
  readonly type: number;
  readonly before: readonly Rdata[];
}

const without = ({ name, type }: Noted, list: readonly Rdata[], others: readonly Rdata[]): readonly ZoneRecord[] => {
  const known = new Set(others);
  return list.filter((data) => !known.has(data)).map((data) => ({ name, type, data }));
};

/** The last changes, for those who have the zone of before and want what became different alone (RFC 1995). */
export class Journal {
  readonly #mostRecords: number;
  readonly #noted = new Map<string, Noted>();
  #steps: ZoneStep[] = [];
  #records = 0;

  /** @param mostRecords that are kept; 0: nothing is */
  constructor(mostRecords: number) {
    this.#mostRecords = mostRecords;
  }

  /** Before something of that name and type changes. */
  note(name: Name, type: number, node: NamedNode): void {
    if (this.#mostRecords === 0) return;
    this.#noteOne(name, type, node);
    // A CNAME shows and hides with what stands beside it.
    if (type !== TYPE.CNAME && node.find(TYPE.CNAME, 0) !== undefined) this.#noteOne(name, TYPE.CNAME, node);
  }

  /** Nothing that is served has changed after all. */
  forget(): void {
    this.#noted.clear();
  }

  /** The change is whole. @param node by name, as it is now */
  close(from: number, to: number, node: (name: Name) => NamedNode | undefined): void {
    const noted = [...this.#noted.values()].map((one) => ({ one, after: node(one.name)?.records(one.type) ?? [] }));
    this.#noted.clear();
    if (this.#mostRecords === 0) return;
    const removed = noted.flatMap(({ one, after }) => without(one, one.before, after));
    const added = noted.flatMap(({ one, after }) => without(one, after, one.before));
    this.#steps.push({ from, to, removed, added });
    this.#records += removed.length + added.length + 1;
    this.#shorten();
  }

  /** Steps that lead from a serial to now; none: it is the last one. Undefined: it is too long ago, or never was. */
  since(serial: number, now: number): readonly ZoneStep[] | undefined {
    if (serial === now) return [];
    const first = this.#steps.findIndex(({ from }) => from === serial);
    return first < 0 ? undefined : this.#steps.slice(first);
  }

  #noteOne(name: Name, type: number, node: NamedNode): void {
    const key = `${type} ${name}`;
    if (!this.#noted.has(key)) this.#noted.set(key, { name, type, before: node.records(type) });
  }

  #shorten(): void {
    while (this.#records > this.#mostRecords) {
      const [first] = this.#steps.splice(0, 1);
      if (first === undefined) return;
      this.#records -= first.removed.length + first.added.length + 1;
    }
  }
}
