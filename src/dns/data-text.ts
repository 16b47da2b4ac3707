import { addressText } from './address.ts';
import { labelsOf, type Name, toText } from './name.ts';
import { type Rdata, TYPE } from './record.ts';
import { srvParts } from './records/emit.ts';

/** Names of types as people write them: those of `TYPE`, and such as somebody asks for. */
const NUMBERS: Readonly<Record<string, number>> = { ...TYPE, MX: 15, NAPTR: 35, DS: 43, SVCB: 64, HTTPS: 65, CAA: 257 };
const NAMES = new Map(Object.entries(NUMBERS).map(([name, number]) => [number, name]));

/** 'A', 'SRV', and 'TYPE99' of what has no name here (RFC 3597). */
export const typeText = (type: number): string => NAMES.get(type) ?? `TYPE${type}`;

/** 'a', 'A', 'TYPE1'. Undefined: no type. */
export const typeNumber = (text: string): number | undefined => {
  const known = NUMBERS[text.toUpperCase()];
  if (known !== undefined) return known;
  const [, digits] = /^TYPE(\d{1,5})$/i.exec(text) ?? [];
  return digits !== undefined && Number(digits) < 0x1_0000 ? Number(digits) : undefined;
};

const wordAt = (data: Rdata, at: number): number => data.charCodeAt(at) * 0x100 + data.charCodeAt(at + 1);
const longAt = (data: Rdata, at: number): number => wordAt(data, at) * 0x1_0000 + wordAt(data, at + 2);

const quoted = (text: string): string =>
  `"${text.replace(/["\\]|[^ -~]/g, (one) => (one === '"' || one === '\\' ? `\\${one}` : `\\${String(one.charCodeAt(0)).padStart(3, '0')}`))}"`;

/** Character strings one behind the other, each behind its length. */
const stringsText = (data: Rdata): string => {
  const texts: string[] = [];
  for (let at = 0; at < data.length; at += 1 + data.charCodeAt(at)) texts.push(quoted(data.slice(at + 1, at + 1 + data.charCodeAt(at))));
  return texts.join(' ');
};

const lengthOfName = (data: Rdata, from: number): number => {
  let at = from;
  while (data.charCodeAt(at) > 0) at += 1 + data.charCodeAt(at);
  return at + 1 - from;
};

const soaText = (data: Rdata): string => {
  const mname = data.slice(0, lengthOfName(data, 0));
  const rname = data.slice(mname.length, mname.length + lengthOfName(data, mname.length));
  const numbers = mname.length + rname.length;
  return [toText(mname), toText(rname), ...[0, 4, 8, 12, 16].map((offset) => longAt(data, numbers + offset))].join(' ');
};

/** Data as a zone file has it (RFC 1035, 5.1); of types that are not known here as RFC 3597 has it. */
export const dataText = (type: number, data: Rdata): string => {
  switch (type) {
    case TYPE.A:
    case TYPE.AAAA:
      return addressText(data);
    case TYPE.NS:
    case TYPE.CNAME:
    case TYPE.PTR:
      return toText(data);
    case TYPE.SRV: {
      const { weight, port, target } = srvParts(data);
      return `${wordAt(data, 0)} ${weight} ${port} ${toText(target)}`;
    }
    case TYPE.TXT:
    case TYPE.HINFO:
      return stringsText(data);
    case TYPE.SOA:
      return soaText(data);
    default:
      return `\\# ${data.length} ${Buffer.from(data, 'latin1').toString('hex')}`.trimEnd();
  }
};

/** 'web.mesos' without the dot at its end, as people write it. */
export const shortText = (name: Name): string => (labelsOf(name).length === 0 ? '.' : toText(name).slice(0, -1));
