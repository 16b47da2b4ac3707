import { addressData } from '../address.ts';
import { type Name, ROOT, toName } from '../name.ts';
import { type Rdata, TYPE } from '../record.ts';
import { isPort } from '../records/host-ports.ts';
import { srvData } from '../records/emit.ts';

/** An entry of the file, of any shape. */
export type Entry = Readonly<Record<string, unknown>>;

/** What is wrong with an entry, and what would be right. */
export class EntryFault {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

type Parsed<T> = T | EntryFault;

const fault = (message: string): EntryFault => new EntryFault(message);

const shown = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));

const MOST_STRING = 255;

/** A name that is written with dots; none that is of no use in DNS is taken for one. */
export const nameFrom = (value: unknown, what: string): Parsed<Name> => {
  const name = typeof value === 'string' && /^[!-~]+$/.test(value) ? toName(value) : undefined;
  if (name !== undefined && name !== ROOT) return name;
  return fault(`${what} is ${shown(value)}: give a domain name, as 'db.mesos', with labels of at most 63 characters`);
};

const addressFrom = (value: unknown, type: number): Parsed<Rdata> => {
  const address = typeof value === 'string' ? addressData(value) : undefined;
  if (address?.type === type) return address.data;
  return fault(`value is ${shown(value)}: give an ${type === TYPE.A ? "IPv4 address, as '10.0.0.1'" : "IPv6 address, as 'fd00::1'"}`);
};

const numberFrom = (entry: Entry, key: string, otherwise: number, isRight: (value: number) => boolean, range: string): Parsed<number> => {
  const value = entry[key] ?? otherwise;
  return typeof value === 'number' && Number.isInteger(value) && isRight(value) ? value : fault(`${key} is ${shown(value)}: give ${range}`);
};

const isUint16 = (value: number): boolean => value >= 0 && value < 65536;

const srvFrom = (entry: Entry): Parsed<readonly Rdata[]> => {
  const target = nameFrom(entry['target'], 'target');
  const port = numberFrom(entry, 'port', 0, isPort, 'a port, 1 to 65535');
  const weight = numberFrom(entry, 'weight', 1, isUint16, 'a weight, 0 to 65535');
  const priority = numberFrom(entry, 'priority', 0, isUint16, 'a priority, 0 to 65535');
  if (target instanceof EntryFault) return target;
  if (port instanceof EntryFault) return port;
  if (weight instanceof EntryFault) return weight;
  return priority instanceof EntryFault ? priority : [srvData(weight, port, target, priority)];
};

/** Strings of at most 255 bytes, each behind its length (RFC 1035, 3.3.14); longer text is cut into several. */
const textFrom = (value: unknown): Parsed<readonly Rdata[]> => {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  let data = '';
  for (const text of texts) {
    if (typeof text !== 'string') return fault(`value is ${shown(value)}: give a text, or a list of texts`);
    const bytes = Buffer.from(text).toString('latin1');
    for (let at = 0; at === 0 || at < bytes.length; at += MOST_STRING) {
      const part = bytes.slice(at, at + MOST_STRING);
      data += String.fromCharCode(part.length) + part;
    }
  }
  if (data === '' || data.length > 65535) return fault('value has to be of 1 to 65,535 bytes, the length of each text counted');
  return [data];
};

const manyFrom = (value: unknown, type: number): Parsed<readonly Rdata[]> => {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const list: Rdata[] = [];
  for (const one of values) {
    const data = addressFrom(one, type);
    if (data instanceof EntryFault) return data;
    list.push(data);
  }
  return list.length === 0 ? fault('value is an empty list: give one address, or several') : list;
};

const nameData = (value: unknown): Parsed<readonly Rdata[]> => {
  const name = nameFrom(value, 'value');
  return name instanceof EntryFault ? name : [name];
};

/** How each type is read: which fields it has besides name, type and ttl, and what they are as rdata. */
export const TYPES: ReadonlyMap<
  string,
  { readonly type: number; readonly fields: readonly string[]; data(entry: Entry): Parsed<readonly Rdata[]> }
> = new Map([
  ['A', { type: TYPE.A, fields: ['value'], data: (entry: Entry) => manyFrom(entry['value'], TYPE.A) }],
  ['AAAA', { type: TYPE.AAAA, fields: ['value'], data: (entry: Entry) => manyFrom(entry['value'], TYPE.AAAA) }],
  ['CNAME', { type: TYPE.CNAME, fields: ['value'], data: (entry: Entry) => nameData(entry['value']) }],
  ['PTR', { type: TYPE.PTR, fields: ['value'], data: (entry: Entry) => nameData(entry['value']) }],
  ['TXT', { type: TYPE.TXT, fields: ['value'], data: (entry: Entry) => textFrom(entry['value']) }],
  ['SRV', { type: TYPE.SRV, fields: ['target', 'port', 'weight', 'priority'], data: srvFrom }],
]);
