import { isWithin, knownName, parentOf } from '../../src/dns/name.ts';
import type { Name } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/record.ts';
import type { Rdata } from '../../src/dns/record.ts';
import type { ZoneNode, ZoneView } from '../../src/dns/zone-view.ts';

class SmallNode implements ZoneNode {
  version = 1;
  isGone = false;
  prepared: unknown = undefined;
  readonly sets = new Map<number, Rdata[]>();

  records(type: number): readonly Rdata[] {
    return this.sets.get(type) ?? [];
  }

  types(): readonly number[] {
    return [...this.sets.keys()];
  }
}

const bytes = (value: number, length: number): string =>
  Array.from({ length }, (_, at) => String.fromCharCode((value >>> ((length - 1 - at) * 8)) & 0xff)).join('');

const v6 = (text: string): string => {
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string): string[] => part.split(':').filter((group) => group !== '');
  const front = groups(head);
  const back = groups(tail);
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back];
  return all.map((group) => bytes(parseInt(group, 16), 2)).join('');
};

const SOA_NUMBERS = [60, 600, 86_400, 60];

/** '10.0.0.1', 'fd00::1', '0 1 80 web.mesos', 'web.mesos', or any text for TXT. */
export const dataOf = (type: keyof typeof TYPE, text: string): Rdata => {
  if (type === 'A')
    return text
      .split('.')
      .map((part) => bytes(Number(part), 1))
      .join('');
  if (type === 'AAAA') return v6(text);
  if (type === 'TXT') return bytes(text.length, 1) + text;
  if (type !== 'SRV') return knownName(text);
  const [priority, weight, port, target = ''] = text.split(' ');
  return [priority, weight, port].map((part) => bytes(Number(part), 2)).join('') + knownName(target);
};

export type Lines = Readonly<Record<string, Partial<Record<keyof typeof TYPE, readonly string[]>>>>;

/** A zone out of text, small and slow: what answers are made of in tests. */
export class SmallZone implements ZoneView {
  serial = 7;
  ttlSeconds = 5;
  negativeTtlSeconds = 2;
  hasWildcards = false;
  readonly #apexes: readonly Name[];
  readonly #nodes = new Map<Name, SmallNode>();

  constructor(apexes: readonly string[], lines: Lines) {
    this.#apexes = apexes.map(knownName);
    for (const apex of apexes) {
      this.set(apex, 'NS', ['ns1.mesos']);
      this.#setSoa(apex);
    }
    for (const [name, sets] of Object.entries(lines)) {
      for (const [type, values] of Object.entries(sets)) this.set(name, type as keyof typeof TYPE, values);
    }
  }

  node(name: Name): ZoneNode | undefined {
    return this.#nodes.get(name);
  }

  apexOf(name: Name): Name | undefined {
    return this.#apexes.filter((apex) => isWithin(name, apex)).toSorted((one, other) => other.length - one.length)[0];
  }

  names(): readonly Name[] {
    return [...this.#nodes.keys()];
  }

  /** In place of what was there; an empty list takes the set away, and the name with its last one. */
  set(text: string, type: keyof typeof TYPE, values: readonly string[]): void {
    this.serial += 1;
    const name = knownName(text);
    const node = this.#made(name);
    if (name.startsWith('\x01*')) this.hasWildcards = true;
    node.version += 1;
    if (values.length > 0)
      node.sets.set(
        TYPE[type],
        values.map((value) => dataOf(type, value)),
      );
    else node.sets.delete(TYPE[type]);
    if (node.sets.size === 0) this.#drop(name, node);
    for (const apex of this.#apexes) if (type !== 'SOA') this.#setSoa(apex);
  }

  #setSoa(apex: string): void {
    const name = apex.endsWith('\0') ? apex : knownName(apex);
    const node = this.#made(name);
    node.version += 1;
    node.sets.set(TYPE.SOA, [
      knownName('ns1.mesos') + knownName('root.ns1.mesos') + [this.serial, ...SOA_NUMBERS].map((one) => bytes(one, 4)).join(''),
    ]);
  }

  #made(name: Name): SmallNode {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const node = new SmallNode();
    this.#nodes.set(name, node);
    const parent = parentOf(name);
    if (parent !== undefined && this.apexOf(parent) !== undefined) this.#made(parent);
    return node;
  }

  /** It, and those above it that were there for its sake; not where others are below. */
  #drop(name: Name, node: SmallNode): void {
    if (node.sets.size > 0 || this.names().some((other) => other !== name && isWithin(other, name))) return;
    node.version += 1;
    node.isGone = true;
    this.#nodes.delete(name);
    const parent = parentOf(name);
    const above = parent === undefined ? undefined : this.#nodes.get(parent);
    if (parent !== undefined && above !== undefined) this.#drop(parent, above);
  }
}
