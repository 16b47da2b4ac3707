import { TYPE } from '../record.ts';
import type { Name } from '../name.ts';
import { HEADER_LENGTH, OPTION, QR, RCODE } from './codes.ts';

/** What a query's OPT record says (RFC 6891). */
export interface Edns {
  /** As told, less than 512 possible. */
  readonly payloadSize: number;
  readonly version: number;
  /** The DO bit (RFC 3225). */
  readonly isDnssecOk: boolean;
  /** Asks who answers (RFC 5001). */
  readonly asksNsid: boolean;
  /** Of the data of its cookie (RFC 7873); undefined: none. The first one counts. */
  readonly cookie: { readonly start: number; readonly end: number } | undefined;
}

/** One question, as it came. */
export interface Query {
  readonly kind: 'query';
  /** Lower case. */
  readonly name: Name;
  readonly type: number;
  readonly class: number;
  /** Where the question ends in the packet. 12: there was none, only a cookie was asked for (RFC 7873, 5.4). */
  readonly questionEnd: number;
  readonly edns: Edns | undefined;
  /** The serial of the SOA record of an IXFR question (RFC 1995). */
  readonly serial: number | undefined;
}

/** What cannot be answered as a query, and how it is replied to; `questionEnd` 12: nothing of the question is given back. */
export type Unanswerable =
  | { readonly kind: 'drop' }
  | { readonly kind: 'bad'; readonly rcode: number; readonly questionEnd: number; readonly edns: Edns | undefined };

const MOST_LABEL = 63;
const MOST_NAME = 255;
const DNSSEC_OK = 0x8000;
const DROP: Unanswerable = { kind: 'drop' };

/** The name being read; read in one go, so that one place is enough. */
const lowered = Buffer.alloc(MOST_NAME + 1 + MOST_LABEL);

const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;

/** Copies the name at `start` in lower case; its end, or -1: cut off, too long, or with a pointer, which could lead nowhere from the first name. */
const lowerName = (bytes: Buffer, start: number): number => {
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || length > MOST_LABEL || at - start + length >= MOST_NAME || at + length >= bytes.length) return -1;
    const end = at + 1 + length;
    lowered[at - start] = length;
    for (at += 1; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      lowered[at - start] = isUpper(byte) ? byte | 0x20 : byte;
    }
    if (length === 0) return end;
  }
};

/** The end of the name at `start`, which may end in a pointer backwards; -1: it is none. */
const skipName = (bytes: Buffer, start: number): number => {
  for (let at = start; at < bytes.length && at - start < MOST_NAME;) {
    const length = bytes[at] ?? 0;
    if (length === 0) return at + 1;
    if (length > MOST_LABEL) return length >= 0xc0 && at + 1 < bytes.length && (bytes.readUInt16BE(at) & 0x3fff) < start ? at + 2 : -1;
    at += 1 + length;
  }
  return -1;
};

const readOptions = (bytes: Buffer, start: number, end: number): Pick<Edns, 'asksNsid' | 'cookie'> | undefined => {
  let asksNsid = false;
  let cookie: Edns['cookie'];
  for (let at = start; at < end;) {
    if (at + 4 > end) return undefined;
    const data = at + 4;
    const dataEnd = data + bytes.readUInt16BE(at + 2);
    if (dataEnd > end) return undefined;
    const code = bytes.readUInt16BE(at);
    if (code === OPTION.NSID) asksNsid = true;
    if (code === OPTION.COOKIE) cookie ??= { start: data, end: dataEnd };
    at = dataEnd;
  }
  return { asksNsid, cookie };
};

const readOpt = (bytes: Buffer, record: RecordPlace): Edns | undefined => {
  const { typeAt, data, end } = record;
  const options = data === end ? { asksNsid: false, cookie: undefined } : readOptions(bytes, data, end);
  if (options === undefined) return undefined;
  return {
    payloadSize: bytes.readUInt16BE(typeAt + 2),
    version: bytes[typeAt + 5] ?? 0,
    isDnssecOk: (bytes.readUInt16BE(typeAt + 6) & DNSSEC_OK) !== 0,
    ...options,
  };
};

interface RecordPlace {
  readonly typeAt: number;
  readonly type: number;
  readonly data: number;
  readonly end: number;
}

const readRecord = (bytes: Buffer, at: number): RecordPlace | undefined => {
  const typeAt = skipName(bytes, at);
  if (typeAt < 0 || typeAt + 10 > bytes.length) return undefined;
  const data = typeAt + 10;
  const end = data + bytes.readUInt16BE(typeAt + 8);
  return end > bytes.length ? undefined : { typeAt, type: bytes.readUInt16BE(typeAt), data, end };
};

/** After the two names of an SOA record's data. */
const serialOf = (bytes: Buffer, record: RecordPlace): number | undefined => {
  const rname = skipName(bytes, record.data);
  const serial = rname < 0 ? -1 : skipName(bytes, rname);
  return serial < 0 || serial + 4 > record.end ? undefined : bytes.readUInt32BE(serial);
};

interface Rest {
  readonly isWhole: boolean;
  readonly edns: Edns | undefined;
  readonly serial: number | undefined;
}

/** What comes after the question. Only an OPT record in the last section counts, of the root, and not two of them (RFC 6891, 6.1.1). */
const readRest = (bytes: Buffer, questionEnd: number): Rest => {
  const before = bytes.readUInt16BE(6) + bytes.readUInt16BE(8);
  const count = before + bytes.readUInt16BE(10);
  let edns: Edns | undefined;
  let serial: number | undefined;
  let at = questionEnd;
  for (let nth = 0; nth < count; nth += 1) {
    const record = readRecord(bytes, at);
    if (record === undefined) return { isWhole: false, edns, serial };
    if (record.type === TYPE.OPT) {
      const opt = nth < before || edns !== undefined || bytes[at] !== 0 ? undefined : readOpt(bytes, record);
      if (opt === undefined) return { isWhole: false, edns, serial };
      edns = opt;
    }
    if (record.type === TYPE.SOA && nth < before) serial ??= serialOf(bytes, record);
    at = record.end;
  }
  return { isWhole: at === bytes.length, edns, serial };
};

/** Of a packet whose first question was looked for. */
const readAfter = (bytes: Buffer, questionEnd: number, name: Name, type: number, klass: number): Query | Unanswerable => {
  // The most of what is asked has no record besides, or an OPT record alone.
  const { isWhole, edns, serial } = readRest(bytes, questionEnd);
  if (!isWhole) return { kind: 'bad', rcode: RCODE.FORMERR, questionEnd, edns };
  return { kind: 'query', name, type, class: klass, questionEnd, edns, serial };
};

/**
 * A query, strictly read (RFC 1035, 4.1; RFC 6891; RFC 8906). Answers and what has no whole header are dropped, other opcodes than QUERY
 * not implemented, and all that is not well formed to its last byte is FORMERR. A packet without a question is a query only with a cookie.
 */
export const readQuery = (bytes: Buffer): Query | Unanswerable => {
  if (bytes.length < HEADER_LENGTH) return DROP;
  const flags = bytes[2] ?? 0;
  if ((flags & QR) !== 0) return DROP;
  if ((flags & 0x78) !== 0) return { kind: 'bad', rcode: RCODE.NOTIMP, questionEnd: HEADER_LENGTH, edns: undefined };
  const bad: Unanswerable = { kind: 'bad', rcode: RCODE.FORMERR, questionEnd: HEADER_LENGTH, edns: undefined };
  const count = bytes.readUInt16BE(4);
  if (count === 0) {
    const empty = readAfter(bytes, HEADER_LENGTH, '\0', 0, 0);
    if (empty.kind === 'query' && empty.edns?.cookie === undefined) return { ...bad, edns: empty.edns };
    return empty;
  }
  const nameEnd = lowerName(bytes, HEADER_LENGTH);
  if (count > 1 || nameEnd < 0 || nameEnd + 4 > bytes.length) return bad;
  const name = lowered.toString('latin1', 0, nameEnd - HEADER_LENGTH);
  return readAfter(bytes, nameEnd + 4, name, bytes.readUInt16BE(nameEnd), bytes.readUInt16BE(nameEnd + 2));
};
