/** A reader and a writer for tests, which share nothing with those of src/. */
import assert from 'node:assert/strict';

export { RCODE } from '../../../src/dns/packet/codes.ts';

export interface QueryBytes {
  readonly name: string;
  readonly type: number;
  readonly class?: number;
  readonly third?: number;
  readonly fourth?: number;
  readonly isHeaderOnly?: boolean;
  readonly edns?: {
    readonly payload: number;
    readonly version?: number;
    readonly flags?: number;
    readonly options?: readonly { readonly code: number; readonly data: Buffer }[];
  };
}

const word = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

const optBytes = ({ payload, version = 0, flags = 0, options = [] }: NonNullable<QueryBytes['edns']>): Buffer => {
  const data = Buffer.concat(options.flatMap((option) => [word(option.code), word(option.data.length), option.data]));
  return Buffer.concat([Buffer.from([0, 0, 41]), word(payload), Buffer.from([0, version]), word(flags), word(data.length), data]);
};

/** @param query its name in wire form, as a latin1 string */
export const queryBytes = (query: QueryBytes): Buffer => {
  const { name, type, third = 0, fourth = 0, isHeaderOnly = false, edns } = query;
  const header = Buffer.from([0x12, 0x34, third, fourth, 0, isHeaderOnly ? 0 : 1, 0, 0, 0, 0, 0, edns === undefined ? 0 : 1]);
  const question = isHeaderOnly ? [] : [Buffer.from(name, 'latin1'), word(type), word(query.class ?? 1)];
  return Buffer.concat([header, ...question, ...(edns === undefined ? [] : [optBytes(edns)])]);
};

export interface WireRecord {
  /** In wire form, as it is written: latin1. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  /** As it stands there, compressed names and all. */
  readonly data: Buffer;
  /** Names in it, put together. */
  readonly names: readonly string[];
}

export interface WireReply {
  readonly id: number;
  readonly third: number;
  readonly fourth: number;
  /** With the upper bits of the OPT record. */
  readonly rcode: number;
  readonly question: { readonly name: string; readonly type: number; readonly class: number } | undefined;
  readonly answers: readonly WireRecord[];
  readonly authority: readonly WireRecord[];
  /** Where the last of these ends. */
  readonly authorityEnd: number;
  /** Without the OPT record. */
  readonly additional: readonly WireRecord[];
  readonly opt:
    | {
        readonly payload: number;
        readonly version: number;
        readonly flags: number;
        readonly options: readonly { readonly code: number; readonly data: Buffer }[];
      }
    | undefined;
}

/** Where names begin in data, as in RFC 1035 and RFC 2782. */
const NAMES: Readonly<Record<number, readonly [at: number, count: number]>> = {
  2: [0, 1],
  5: [0, 1],
  6: [0, 2],
  12: [0, 1],
  15: [2, 1],
  33: [6, 1],
};

/** Walks a message to its last byte; fails on any pointer that does not lead to where a label of an earlier name begins. */
class Walk {
  readonly #bytes: Buffer;
  /** Where a label of some name begins. */
  readonly #labels = new Set<number>();
  at = 12;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  name(mayPoint = true): string {
    let text = '';
    const begun: number[] = [];
    for (;;) {
      const length = this.#bytes.readUInt8(this.at);
      if (length >= 0xc0) {
        assert.ok(mayPoint, `a pointer at ${this.at}, where none may be`);
        const to = this.#bytes.readUInt16BE(this.at) & 0x3fff;
        assert.ok(this.#labels.has(to), `the pointer at ${this.at} leads to ${to}, where no name begins that was before`);
        this.at += 2;
        text += this.#follow(to);
        break;
      }
      assert.ok(length <= 63, `a label of length ${length} at ${this.at}`);
      begun.push(this.at);
      text += this.#bytes.toString('latin1', this.at, this.at + 1 + length);
      this.at += 1 + length;
      if (length === 0) break;
    }
    for (const place of begun) this.#labels.add(place);
    assert.ok(text.length <= 255, `a name of ${text.length} bytes`);
    return text;
  }

  #follow(from: number): string {
    const before = this.at;
    this.at = from;
    const text = this.name();
    this.at = before;
    return text;
  }

  word(): number {
    this.at += 2;
    return this.#bytes.readUInt16BE(this.at - 2);
  }

  record(): WireRecord {
    const name = this.name();
    const [type, klass, high, low, length] = [this.word(), this.word(), this.word(), this.word(), this.word()];
    const start = this.at;
    const end = start + length;
    assert.ok(end <= this.#bytes.length, `the data of a record of type ${type} ends after the message`);
    const [at, count] = NAMES[type] ?? [0, 0];
    this.at += at;
    const names = Array.from({ length: count }, () => this.name(type !== 33));
    assert.ok(this.at <= end, `a name is longer than the data that it is in, at ${start}`);
    this.at = end;
    return { name, type, class: klass, ttlSeconds: high * 0x1_0000 + low, data: this.#bytes.subarray(start, end), names };
  }

  records(count: number): readonly WireRecord[] {
    return Array.from({ length: count }, () => this.record());
  }
}

const optOf = (record: WireRecord | undefined): WireReply['opt'] => {
  if (record === undefined) return undefined;
  assert.equal(record.name, '\0');
  const options: { code: number; data: Buffer }[] = [];
  for (let at = 0; at < record.data.length;) {
    const length = record.data.readUInt16BE(at + 2);
    assert.ok(at + 4 + length <= record.data.length, 'an option is longer than its record');
    options.push({ code: record.data.readUInt16BE(at), data: record.data.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return { payload: record.class, version: (record.ttlSeconds >>> 16) & 0xff, flags: record.ttlSeconds & 0xffff, options };
};

/** @throws AssertionError, RangeError: it is not well formed */
export const readReply = (bytes: Buffer): WireReply => {
  const walk = new Walk(bytes);
  const [questions = 0, answers = 0, authority = 0, additional = 0] = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  assert.ok(questions < 2);
  const question = questions === 0 ? undefined : { name: walk.name(false), type: walk.word(), class: walk.word() };
  const sections = [walk.records(answers), walk.records(authority)];
  const authorityEnd = walk.at;
  sections.push(walk.records(additional));
  assert.equal(walk.at, bytes.length, 'bytes after the last record');
  const beside = sections[2] ?? [];
  const opts = beside.filter(({ type }) => type === 41);
  assert.ok(opts.length < 2, 'more than one OPT record');
  const third = bytes.readUInt8(2);
  assert.ok((third & 0x80) !== 0, 'QR is clear');
  return {
    id: bytes.readUInt16BE(0),
    third,
    fourth: bytes.readUInt8(3),
    rcode: (bytes.readUInt8(3) & 0xf) | (((opts[0]?.ttlSeconds ?? 0) >>> 24) << 4),
    question,
    answers: sections[0] ?? [],
    authority: sections[1] ?? [],
    authorityEnd,
    additional: beside.filter(({ type }) => type !== 41),
    opt: optOf(opts[0]),
  };
};
