import type { Name } from '../../dns/name.ts';
import { type Rdata, TYPE } from '../../dns/record.ts';

export interface MessageRecord {
  readonly name: Name;
  readonly type: number;
  readonly ttlSeconds: number;
  /** Names in it are not compressed. */
  readonly data: Rdata;
}

/** Why an answer is what it is (RFC 8914). */
export interface ExtendedError {
  readonly code: number;
  readonly text: string;
}

/** An answer to a question. */
export interface Message {
  readonly id: number;
  /** Those that are set: 'aa', 'tc', ... */
  readonly flags: readonly string[];
  /** The whole one, with the bits that EDNS adds. */
  readonly rcode: number;
  readonly answers: readonly MessageRecord[];
  readonly authority: readonly MessageRecord[];
  /** Without that of EDNS. */
  readonly additional: readonly MessageRecord[];
  readonly errors: readonly ExtendedError[];
}

const FLAGS: readonly (readonly [name: string, bit: number])[] = [
  ['qr', 0x8000],
  ['aa', 0x0400],
  ['tc', 0x0200],
  ['rd', 0x0100],
  ['ra', 0x0080],
  ['ad', 0x0020],
  ['cd', 0x0010],
];

/** Reads a message from its begin to its end. Throws a RangeError where it ends too soon. */
class Reader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint16(): number {
    this.at += 2;
    return this.#bytes.readUInt16BE(this.at - 2);
  }

  uint32(): number {
    this.at += 4;
    return this.#bytes.readUInt32BE(this.at - 4);
  }

  text(length: number): string {
    if (this.at + length > this.#bytes.length) throw new RangeError('it ends within a record');
    this.at += length;
    return this.#bytes.toString('latin1', this.at - length, this.at);
  }

  name(): Name {
    const { name, end } = this.#nameAt(this.at);
    this.at = end;
    return name;
  }

  /** A pointer must lead to what stands before it: so there is an end. */
  #nameAt(from: number): { readonly name: Name; readonly end: number } {
    let name = '';
    let at = from;
    for (;;) {
      const length = this.#bytes.readUInt8(at);
      if (length === 0) return { name: `${name}\0`, end: at + 1 };
      if (length >= 0xc0) {
        const target = this.#bytes.readUInt16BE(at) & 0x3fff;
        if (target >= from) throw new RangeError('a name in it leads nowhere');
        return { name: name + this.#nameAt(target).name, end: at + 2 };
      }
      if (length > 63 || at + 1 + length > this.#bytes.length) throw new RangeError('a name in it has no end');
      name += this.#bytes.toString('latin1', at, at + 1 + length);
      at += 1 + length;
    }
  }
}

/** How many bytes stand before a name in the data, and how many names. */
const WITH_NAMES: ReadonlyMap<number, readonly [before: number, names: number]> = new Map([
  [TYPE.NS, [0, 1]],
  [TYPE.CNAME, [0, 1]],
  [TYPE.PTR, [0, 1]],
  [TYPE.SOA, [0, 2]],
  [15, [2, 1]],
  [TYPE.SRV, [6, 1]],
]);

const readData = (reader: Reader, type: number, length: number): Rdata => {
  const end = reader.at + length;
  const [before, names] = WITH_NAMES.get(type) ?? [length, 0];
  let data = reader.text(Math.min(before, length));
  for (let count = 0; count < names; count += 1) data += reader.name();
  if (reader.at > end) throw new RangeError('a record in it is longer than it says');
  return data + reader.text(end - reader.at);
};

/** `ttlSeconds` and `class` of an OPT record hold something else (RFC 6891). */
interface RawRecord extends MessageRecord {
  readonly class: number;
}

const readRecord = (reader: Reader): RawRecord => {
  const name = reader.name();
  const type = reader.uint16();
  const class_ = reader.uint16();
  const ttlSeconds = reader.uint32();
  const length = reader.uint16();
  return { name, type, class: class_, ttlSeconds, data: readData(reader, type, length) };
};

const EXTENDED_ERROR = 15;

const errorsIn = (options: Rdata): readonly ExtendedError[] => {
  const bytes = Buffer.from(options, 'latin1');
  const errors: ExtendedError[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4 + bytes.readUInt16BE(at + 2)) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (bytes.readUInt16BE(at) === EXTENDED_ERROR && end >= at + 6 && end <= bytes.length)
      errors.push({ code: bytes.readUInt16BE(at + 4), text: bytes.toString('utf8', at + 6, end) });
  }
  return errors;
};

/** @throws RangeError: it is no message */
export const readMessage = (bytes: Buffer): Message => {
  const reader = new Reader(bytes);
  const id = reader.uint16();
  const bits = reader.uint16();
  const [questions, ...counts] = [reader.uint16(), reader.uint16(), reader.uint16(), reader.uint16()];
  for (let count = 0; count < questions; count += 1) {
    reader.name();
    reader.uint32();
  }
  const [answers = [], authority = [], extra = []] = counts.map((length) => Array.from({ length }, () => readRecord(reader)));
  const edns = extra.find(({ type }) => type === TYPE.OPT);
  return {
    id,
    flags: FLAGS.flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name])),
    rcode: (bits & 0xf) + ((edns?.ttlSeconds ?? 0) >>> 24) * 16,
    answers,
    authority,
    additional: extra.filter((record) => record !== edns),
    errors: edns === undefined ? [] : errorsIn(edns.data),
  };
};
