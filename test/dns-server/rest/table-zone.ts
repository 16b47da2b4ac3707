import { type Name, isWithin, knownName, lower } from '../../../src/dns/name.ts';
import { type Rdata, TYPE } from '../../../src/dns/record.ts';
import type { ZoneNode } from '../../../src/dns/zone-view.ts';
import type { RestZone } from '../../../src/dns-server/rest/open-rest.ts';

/** ['web.marathon.mesos', 'A', '10.0.0.1']; SRV: 'target:port'. */
export type Row = readonly [name: string, type: keyof typeof TYPE, data: string];

const word = (number: number): string => String.fromCharCode(number >> 8, number & 0xff);

const v6 = (text: string): Rdata => {
  const [head = '', tail] = text.split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const after = groups(tail ?? '');
  const zeros = new Array<string>(8 - groups(head).length - after.length).fill('0');
  return [...groups(head), ...(tail === undefined ? [] : zeros), ...after].map((group) => word(parseInt(group, 16))).join('');
};

const dataOf = (type: string, text: string): Rdata => {
  if (type === 'A') return String.fromCharCode(...text.split('.').map(Number));
  if (type === 'AAAA') return v6(text);
  if (type === 'TXT') return String.fromCharCode(text.length) + text;
  if (type !== 'SRV') return knownName(text);
  const [target = '', port] = text.split(':');
  return word(0) + word(1) + word(Number(port)) + knownName(target);
};

export interface TableZone extends RestZone {
  serial: number;
  /** How often it was copied. */
  readonly snapshots: number;
}

/** A zone out of rows. */
export const tableZone = (apexes: readonly string[], rows: readonly Row[]): TableZone => {
  const names = apexes.map(knownName);
  const sets = new Map<Name, Map<number, Rdata[]>>();
  for (const [name, type, text] of rows) {
    const types = sets.get(knownName(lower(name))) ?? new Map<number, Rdata[]>();
    sets.set(knownName(lower(name)), types);
    types.set(TYPE[type], [...(types.get(TYPE[type]) ?? []), dataOf(type, text)]);
  }
  const nodeOf = (name: Name): ZoneNode | undefined => {
    const types = sets.get(name);
    const isThere = types !== undefined || names.includes(name) || [...sets.keys()].some((one) => isWithin(one, name));
    return isThere
      ? {
          version: 1,
          isGone: false,
          prepared: undefined,
          types: () => [...(types?.keys() ?? [])],
          records: (type) => types?.get(type) ?? [],
        }
      : undefined;
  };
  let snapshots = 0;
  const apexOf = (name: Name): Name | undefined => names.filter((apex) => isWithin(name, apex)).toSorted((a, b) => b.length - a.length)[0];
  return {
    serial: 7,
    ttlSeconds: 60,
    negativeTtlSeconds: 5,
    hasWildcards: rows.some(([name]) => name.startsWith('*')),
    node: nodeOf,
    apexOf,
    nodes: () => {
      snapshots += 1;
      return [...sets.keys()]
        .flatMap((name) => [[name, nodeOf(name)] as const])
        .filter((one): one is [Name, ZoneNode] => one[1] !== undefined);
    },
    snapshot: (apex) => {
      snapshots += 1;
      return [...sets]
        .filter(([name]) => apexOf(name) === apex)
        .flatMap(([name, types]) => [...types].map(([type, data]) => ({ name, type, data })));
    },
    get snapshots() {
      return snapshots;
    },
  };
};
