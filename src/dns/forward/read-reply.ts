import { HEADER_LENGTH, OPTION, QR, RCODE, TC } from '../packet/codes.ts';
import { TYPE } from '../record.ts';
import type { Kept } from './kept.ts';
import { endOfName } from './names-in-packets.ts';
import type { UpstreamQuery } from './upstream-query.ts';

/**
 * What came back. `strange`: another id or another question, of whoever guesses; it is to be overlooked (RFC 5452, 9.1). `respelled`: the question in other
 * letters: guessed, or from a server that does not give the case back. `garbage`: the right question, and nothing that can be read behind it.
 */
export type Verdict =
  | { readonly kind: 'strange' }
  | { readonly kind: 'respelled' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'reply'; readonly kept: Kept; /** It has an OPT record. */ readonly knowsEdns: boolean };

const OPCODE = 0x78;
const AD = 0x20;
/** Longer is not believed of anything that changes. */
const MOST_TTL_SECONDS = 86_400;
/** What there is not may be there soon (RFC 2308, 5, takes up to three hours for sensible). */
const MOST_NEGATIVE_SECONDS = 300;

interface Found {
  readonly start: number;
  readonly type: number;
  readonly ttlAt: number;
  readonly data: number;
  readonly end: number;
}

const recordAt = (bytes: Buffer, start: number): Found | undefined => {
  const typeAt = endOfName(bytes, start);
  if (typeAt < 0 || typeAt + 10 > bytes.length) return undefined;
  const data = typeAt + 10;
  const end = data + bytes.readUInt16BE(typeAt + 8);
  return end > bytes.length ? undefined : { start, type: bytes.readUInt16BE(typeAt), ttlAt: typeAt + 4, data, end };
};

const recordsAt = (bytes: Buffer, start: number): readonly Found[] | undefined => {
  const count = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  const records: Found[] = [];
  for (let at = start; records.length < count; at = records.at(-1)?.end ?? at) {
    const record = recordAt(bytes, at);
    if (record === undefined) return undefined;
    records.push(record);
  }
  return records;
};

/** A TTL with its highest bit set counts as a long one (RFC 8767, 4). */
const ttlOf = (bytes: Buffer, { ttlAt }: Found): number => Math.min(bytes.readUInt32BE(ttlAt), MOST_TTL_SECONDS);

/** How long an SOA record says that there is nothing (RFC 2308, 5): its TTL, or the last number of its data. */
const negativeTtl = (bytes: Buffer, record: Found): number =>
  record.end - record.data < 22 ? 0 : Math.min(ttlOf(bytes, record), bytes.readUInt32BE(record.end - 4), MOST_NEGATIVE_SECONDS);

const edeIn = (bytes: Buffer, opt: Found): number | undefined => {
  for (let at = opt.data; at + 4 <= opt.end; at += 4 + bytes.readUInt16BE(at + 2))
    if (bytes.readUInt16BE(at) === OPTION.EDE && at + 6 <= opt.end) return bytes.readUInt16BE(at + 4);
  return undefined;
};

const isSettled = (rcode: number): boolean => rcode === RCODE.NOERROR || rcode === RCODE.NXDOMAIN;

/** An answer that there is nothing holds as long as its SOA record says; without one not at all (RFC 2308, 5). */
const lifetimeOf = (bytes: Buffer, rcode: number, answers: readonly Found[], authority: readonly Found[]): number => {
  const soa = authority.find(({ type }) => type === TYPE.SOA);
  const ttls = answers.map((record) => ttlOf(bytes, record));
  const isNothing = answers.length === 0 || rcode === RCODE.NXDOMAIN;
  if (!isSettled(rcode) || (isNothing && soa === undefined)) return 0;
  return Math.min(...ttls, ...(soa === undefined ? [] : [negativeTtl(bytes, soa)]));
};

/** Memory of its own: a piece of Node's pool would hold the whole pool for as long as it is kept. */
const copyOf = (bytes: Buffer, end: number): Buffer => {
  const copy = Buffer.allocUnsafeSlow(end);
  bytes.copy(copy, 0, 0, end);
  return copy;
};

const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
const lowerByte = (byte: number): number => (isUpper(byte) ? byte | 0x20 : byte);

/** Who writes the name of the question out in a record writes it in our spelling, which is no client's: it is kept in lower case. */
const lowerOwner = (bytes: Buffer, start: number, length: number): void => {
  for (let at = 0; at < length; at += 1) if (lowerByte(bytes[start + at] ?? 0) !== lowerByte(bytes[HEADER_LENGTH + at] ?? 0)) return;
  for (let at = start; at < start + length; at += 1) bytes[at] = lowerByte(bytes[at] ?? 0);
};

const keep = (bytes: Buffer, questionEnd: number, records: readonly Found[]): Kept => {
  const [answerCount, authorityCount] = [bytes.readUInt16BE(6), bytes.readUInt16BE(8)];
  const before = answerCount + authorityCount;
  const optAt = records.findIndex(({ type }, at) => type === TYPE.OPT && at >= before);
  const opt = records[optAt];
  // It is the last one as a rule. What comes behind it could point at it, and is signatures of this one way: left out.
  const rest = opt === undefined ? records : records.slice(0, optAt);
  const [answers, authority] = [rest.slice(0, answerCount), rest.slice(answerCount, before)];
  const rcode = ((bytes[3] ?? 0) & 0xf) | (opt === undefined ? 0 : (bytes[opt.ttlAt] ?? 0) << 4);
  const copy = copyOf(bytes, rest.at(-1)?.end ?? questionEnd);
  const nameLength = questionEnd - HEADER_LENGTH - 4;
  for (const { start, ttlAt } of rest) if (ttlAt - 4 - start === nameLength) lowerOwner(copy, start, nameLength);
  return {
    bytes: copy,
    questionEnd,
    answerEnds: answers.map(({ end }) => end),
    authorityCount,
    authorityEnd: authority.at(-1)?.end ?? answers.at(-1)?.end ?? questionEnd,
    additionalCount: rest.length - before,
    ttlPlaces: rest.map(({ ttlAt }) => ttlAt),
    ttls: rest.map((record, at) => (record.type === TYPE.SOA && at >= answerCount ? negativeTtl(bytes, record) : ttlOf(bytes, record))),
    rcode,
    ede: opt === undefined ? undefined : edeIn(bytes, opt),
    isAuthentic: ((bytes[3] ?? 0) & AD) !== 0,
    isTruncated: ((bytes[2] ?? 0) & TC) !== 0,
    lifetimeSeconds: lifetimeOf(bytes, rcode, answers, authority),
  };
};

/** Case apart. Type and class are numbers, but a byte of them that looks like a letter is the same in both or not. */
const isSameInOtherCase = (bytes: Buffer, sent: UpstreamQuery): boolean => {
  const nameEnd = sent.questionEnd - 4;
  for (let at = HEADER_LENGTH; at < nameEnd; at += 1) if (lowerByte(bytes[at] ?? 0) !== lowerByte(sent.bytes[at] ?? 0)) return false;
  return bytes.compare(sent.bytes, nameEnd, sent.questionEnd, nameEnd, sent.questionEnd) === 0;
};

/** Servers that understand nothing may leave the question out. It is an error then, and its header is all there is. */
const errorAlone = (bytes: Buffer, sent: UpstreamQuery): Verdict => {
  if (isSettled((bytes[3] ?? 0) & 0xf)) return { kind: 'strange' };
  const whole = Buffer.concat([
    bytes.subarray(0, 4),
    Buffer.alloc(HEADER_LENGTH - 4),
    sent.bytes.subarray(HEADER_LENGTH, sent.questionEnd),
  ]);
  return { kind: 'reply', kept: keep(whole, sent.questionEnd, []), knowsEdns: false };
};

/** Judges what came from where the query was sent to. */
export const readReply = (bytes: Buffer, sent: UpstreamQuery): Verdict => {
  if (bytes.length < HEADER_LENGTH || bytes.readUInt16BE(0) !== sent.id) return { kind: 'strange' };
  const flags = bytes[2] ?? 0;
  if ((flags & QR) === 0 || (flags & OPCODE) !== 0) return { kind: 'strange' };
  const count = bytes.readUInt16BE(4);
  if (count === 0) return errorAlone(bytes, sent);
  if (count > 1 || bytes.length < sent.questionEnd || !isSameInOtherCase(bytes, sent)) return { kind: 'strange' };
  if (bytes.compare(sent.bytes, HEADER_LENGTH, sent.questionEnd, HEADER_LENGTH, sent.questionEnd) !== 0) return { kind: 'respelled' };
  const records = recordsAt(bytes, sent.questionEnd);
  // Cut off over UDP some servers cut in the middle of a record: TC alone counts then.
  if (records === undefined) {
    if ((flags & TC) === 0) return { kind: 'garbage' };
    const head = Buffer.from(bytes.subarray(0, sent.questionEnd)).fill(0, 6, HEADER_LENGTH);
    return { kind: 'reply', kept: keep(head, sent.questionEnd, []), knowsEdns: true };
  }
  return { kind: 'reply', kept: keep(bytes, sent.questionEnd, records), knowsEdns: records.some(({ type }) => type === TYPE.OPT) };
};
