import { HEADER_LENGTH, EDE, RA, AA, TC } from '../packet/codes.ts';
import type { Query } from '../packet/query.ts';
import { bareReply, optLength, writeHead, writeOpt } from '../packet/reply.ts';
import type { Name } from '../name.ts';

/** What becomes of a query: the first three are whole, `forward` and `transfer` others go on with. */
export type Reply =
  | {
      readonly kind: 'reply';
      readonly bytes: Buffer;
      readonly rcode: number;
      readonly qtype: number;
      readonly truncated: boolean;
      /** The answer is a chain of aliases that leaves our names here: whoever can ask on may. */
      readonly continueAt?: Name;
    }
  | { readonly kind: 'forward'; readonly name: Name; readonly type: number }
  | { readonly kind: 'transfer'; readonly apex: Name; readonly type: 251 | 252; readonly serial?: number }
  | { readonly kind: 'drop' };

/** What every reply to one query has, whatever is answered. */
export interface Frame {
  readonly bytes: Buffer;
  readonly query: Query;
  /** In bytes, of the whole reply. */
  readonly limit: number;
  readonly freshness: 'not-ready' | 'fresh' | 'stale';
  readonly hasRecursion: boolean;
  /** False: nothing is said of a cut. */
  readonly showsCut: boolean;
  readonly cookie: Buffer | undefined;
  readonly nsid: Buffer | undefined;
}

/** How many records stand in each section. */
export interface Counts {
  readonly answers?: number;
  readonly authority?: number;
  readonly additional?: number;
}

const optOf = (frame: Frame): number =>
  frame.query.edns === undefined
    ? 0
    : optLength({ ede: frame.freshness === 'stale' ? EDE.STALE_ANSWER : undefined, cookie: frame.cookie, nsid: frame.nsid });

/** In bytes, for records. */
export const roomOf = (frame: Frame): number => frame.limit - frame.query.questionEnd - optOf(frame);

/** A buffer for a reply with so many bytes of records; header and question are in it already. They begin at `query.questionEnd`. */
export const begun = (frame: Frame, length: number): Buffer => {
  const { bytes, query } = frame;
  const reply = Buffer.allocUnsafe(query.questionEnd + length + optOf(frame));
  writeHead(reply, bytes, query.questionEnd, { third: AA, fourth: frame.hasRecursion ? RA : 0 });
  return reply;
};

/** The reply whose records end at `at`. */
export const ended = (frame: Frame, reply: Buffer, at: number, counts: Counts, rcode: number, isCut: boolean): Reply => {
  const { edns } = frame.query;
  let end = at;
  let additional = counts.additional ?? 0;
  if (edns !== undefined) {
    const ede = frame.freshness === 'stale' ? (rcode === 3 ? EDE.STALE_NXDOMAIN : EDE.STALE_ANSWER) : undefined;
    end = writeOpt(reply, at, edns, { rcode, ede, cookie: frame.cookie, nsid: frame.nsid });
    additional += 1;
  }
  const truncated = isCut && frame.showsCut;
  if (truncated) reply[2] = (reply[2] ?? 0) | TC;
  reply[3] = (reply[3] ?? 0) | (rcode & 0xf);
  reply.writeUInt16BE(counts.answers ?? 0, 6);
  reply.writeUInt16BE(counts.authority ?? 0, 8);
  reply.writeUInt16BE(additional, 10);
  return { kind: 'reply', bytes: end === reply.length ? reply : reply.subarray(0, end), rcode, qtype: frame.query.type, truncated };
};

/** Neither an answer nor a word of ours about a name: AA stays clear, and there are no records. @param third more flags */
export const refused = (frame: Frame, rcode: number, ede?: number, third = 0): Reply => {
  const { bytes, query, cookie, nsid, hasRecursion } = frame;
  const fourth = hasRecursion ? RA : 0;
  const reply = bareReply(bytes, { questionEnd: query.questionEnd, edns: query.edns, rcode, ede, cookie, nsid, third, fourth });
  return { kind: 'reply', bytes: reply, rcode, qtype: query.type, truncated: third !== 0 };
};

/** Where the question's name is: what an owner name points at (RFC 1035, 4.1.4). */
export const QUESTION_POINTER = 0xc000 | HEADER_LENGTH;

/** Type, class IN, TTL and length, which stand in front of a record's data. Gives where the data goes. */
export const writeFixed = (reply: Buffer, at: number, type: number, ttlSeconds: number, length: number): number => {
  reply[at] = type >> 8;
  reply[at + 1] = type;
  reply[at + 2] = 0;
  reply[at + 3] = 1;
  reply.writeUInt32BE(ttlSeconds, at + 4);
  reply[at + 8] = length >> 8;
  reply[at + 9] = length;
  return at + 10;
};

/** Four to some forty bytes are faster copied here than by a call out of the engine. */
const SHORT = 48;

/** Gives the end. */
export const writeText = (reply: Buffer, at: number, data: string): number => {
  if (data.length > SHORT) return at + reply.write(data, at, 'latin1');
  for (let nth = 0; nth < data.length; nth += 1) reply[at + nth] = data.charCodeAt(nth);
  return at + data.length;
};

/** Gives the end. */
export const writeBytes = (reply: Buffer, at: number, from: Buffer, start: number, end: number): number => {
  if (end - start > 2 * SHORT) return at + from.copy(reply, at, start, end);
  for (let nth = start; nth < end; nth += 1) reply[at + nth - start] = from[nth] ?? 0;
  return at + end - start;
};
