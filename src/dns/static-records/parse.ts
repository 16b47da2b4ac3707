import { flat } from '../flat.ts';
import { labelsOf, type Name, toText } from '../name.ts';
import { TYPE } from '../record.ts';
import type { StaticRecord } from '../static-record.ts';
import { type Entry, EntryFault, nameFrom, TYPES } from './values.ts';

/** What became of a file of records. */
export interface StaticRecords {
  readonly records: readonly StaticRecord[];
  /** Of entries that were left out: which, and why. */
  readonly problems: readonly string[];
}

const MOST_TTL_SECONDS = 2 ** 31 - 1;

const COMMON = ['name', 'type', 'ttl', 'comment'];

const isObject = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);

/** '*' stands for whole labels, and only in front (RFC 4592, 2.1.1). */
const wildcardFault = (name: Name): EntryFault | undefined =>
  labelsOf(name).some((label, at) => label.includes('*') && (label !== '*' || at > 0))
    ? new EntryFault(`name is '${toText(name)}': a wildcard is '*' alone, as the first label, as in '*.lb.mesos'`)
    : labelsOf(name).length === 1 && name.startsWith('\x01*')
      ? new EntryFault("name is '*': a wildcard needs a domain behind it, as in '*.lb.mesos'")
      : undefined;

const ttlOf = (entry: Entry): number | undefined | EntryFault => {
  const ttl = entry['ttl'];
  if (ttl === undefined || (typeof ttl === 'number' && Number.isInteger(ttl) && ttl >= 0 && ttl <= MOST_TTL_SECONDS)) return ttl;
  return new EntryFault(`ttl is ${JSON.stringify(ttl)}: give seconds, 0 to ${MOST_TTL_SECONDS}`);
};

const recordsOf = (entry: unknown): readonly StaticRecord[] | EntryFault => {
  if (!isObject(entry)) return new EntryFault('it is no object with name, type and value');
  const kind = TYPES.get(typeof entry['type'] === 'string' ? entry['type'].toUpperCase() : '');
  if (kind === undefined) return new EntryFault(`type is ${JSON.stringify(entry['type'])}: give one of ${[...TYPES.keys()].join(', ')}`);
  const fields = [...COMMON, ...kind.fields];
  const strange = Object.keys(entry).find((key) => !fields.includes(key));
  if (strange !== undefined) return new EntryFault(`it has '${strange}', which means nothing here: known are ${fields.join(', ')}`);
  const name = nameFrom(entry['name'], 'name');
  if (name instanceof EntryFault) return name;
  const [wildcard, ttl, data] = [wildcardFault(name), ttlOf(entry), kind.data(entry)];
  if (wildcard !== undefined) return wildcard;
  if (ttl instanceof EntryFault) return ttl;
  if (data instanceof EntryFault) return data;
  const ttlSeconds = ttl === undefined ? {} : { ttlSeconds: ttl };
  return data.map((one) => ({ name: flat(name), type: kind.type, data: flat(one), ...ttlSeconds }));
};

/** Why a record cannot stand beside those before it. Beside a CNAME nothing may (RFC 1034, 3.6.2). */
const conflict = (records: readonly StaticRecord[], known: ReadonlyMap<Name, readonly StaticRecord[]>): EntryFault | undefined => {
  for (const { name, type, data } of records) {
    if (type === TYPE.CNAME && data === name) return new EntryFault('it is an alias of itself');
    const others = known.get(name) ?? [];
    if (others.some((other) => (other.type === TYPE.CNAME || type === TYPE.CNAME) && (other.type !== type || other.data !== data)))
      return new EntryFault(`'${toText(name)}' has an entry already, and beside a CNAME nothing may stand: take one of them out`);
  }
  return undefined;
};

const labelOf = (entry: unknown, at: number): string => {
  const { name, type } = isObject(entry) ? entry : {};
  const told = [name, type].filter((part) => typeof part === 'string').join(' ');
  return `record ${at + 1}${told === '' ? '' : ` (${told})`}`;
};

/**
 * Of a list of entries, or an object with it under `records`:
 * `{ "name": "*.lb.mesos", "type": "CNAME", "value": "edge.mesos", "ttl": 30 }`; A and AAAA may have a list of values, SRV has `target`, `port`, `weight`
 * and `priority`. A bad entry is left out with a problem, and takes no other with it. Undefined: there is no such list at all.
 * @param value parsed JSON
 */
export const parseStaticRecords = (value: unknown): StaticRecords | undefined => {
  const list: unknown = isObject(value) ? value['records'] : value;
  if (!Array.isArray(list)) return undefined;
  const known = new Map<Name, StaticRecord[]>();
  const problems: string[] = [];
  for (const [at, entry] of list.entries()) {
    const parsed = recordsOf(entry);
    const fault = parsed instanceof EntryFault ? parsed : conflict(parsed, known);
    if (fault !== undefined) problems.push(`${labelOf(entry, at)}: ${fault.message}`);
    if (fault !== undefined || parsed instanceof EntryFault) continue;
    for (const record of parsed) known.set(record.name, [...(known.get(record.name) ?? []), record]);
  }
  return { records: [...known.values()].flat(), problems };
};
