import { CD, HEADER_LENGTH, OPTION, OPT_LENGTH, QR, RCODE, RD } from './codes.ts';
import { readQuery } from './query.ts';
import type { Edns } from './query.ts';

/** What we can take over UDP: what passes everywhere without being cut into fragments (DNS flag day 2020). */
export const UDP_PAYLOAD = 1232;

const DNSSEC_OK = 0x80;

/** What an OPT record of ours has in it besides. */
export interface OptContent {
  /** Of the answer, upper bits included. */
  readonly rcode: number;
  /** EDE code (RFC 8914). */
  readonly ede?: number | undefined;
  /** The whole cookie, the client's part and ours. */
  readonly cookie?: Buffer | undefined;
  readonly nsid?: Buffer | undefined;
}

/** In bytes, of the OPT record that is written with this. */
export const optLength = (content: Omit<OptContent, 'rcode'>): number =>
  OPT_LENGTH +
  (content.ede === undefined ? 0 : 6) +
  (content.cookie === undefined ? 0 : 4 + content.cookie.length) +
  (content.nsid === undefined ? 0 : 4 + content.nsid.length);

const writeOption = (bytes: Buffer, at: number, code: number, data: Buffer): number => {
  bytes.writeUInt16BE(code, at);
  bytes.writeUInt16BE(data.length, at + 2);
  return at + 4 + data.copy(bytes, at + 4);
};

/** Writes the OPT record of a reply to `edns` (RFC 6891, 6.1.2): version 0, DO as it was asked (RFC 3225), no other flag. Gives its end. */
export const writeOpt = (bytes: Buffer, start: number, edns: Edns, content: OptContent): number => {
  bytes.writeUIntBE(41, start, 3);
  bytes.writeUInt16BE(UDP_PAYLOAD, start + 3);
  bytes[start + 5] = content.rcode >> 4;
  bytes[start + 6] = 0;
  bytes[start + 7] = edns.isDnssecOk ? DNSSEC_OK : 0;
  bytes[start + 8] = 0;
  let at = start + OPT_LENGTH;
  if (content.ede !== undefined) {
    bytes.writeUInt32BE((OPTION.EDE << 16) | 2, at);
    bytes.writeUInt16BE(content.ede, at + 4);
    at += 6;
  }
  if (content.cookie !== undefined) at = writeOption(bytes, at, OPTION.COOKIE, content.cookie);
  if (content.nsid !== undefined) at = writeOption(bytes, at, OPTION.NSID, content.nsid);
  bytes.writeUInt16BE(at - start - OPT_LENGTH, start + 9);
  return at;
};

/** Header and question as they were asked, made a reply's: id, opcode, RD and CD are the query's, all other flags as given, no records. */
export const writeHead = (
  reply: Buffer,
  query: Buffer,
  questionEnd: number,
  flags: { readonly third: number; readonly fourth: number },
): void => {
  query.copy(reply, 0, 0, questionEnd);
  reply[2] = QR | ((query[2] ?? 0) & (0x78 | RD)) | flags.third;
  reply[3] = ((query[3] ?? 0) & CD) | flags.fourth;
  reply.writeUInt16BE(questionEnd > HEADER_LENGTH ? 1 : 0, 4);
  reply.writeUInt32BE(0, 6);
  reply.writeUInt16BE(0, 10);
};

/** What a reply without records is made of. */
export interface BareReply extends OptContent {
  /** 12: the question is not given back. */
  readonly questionEnd: number;
  /** Undefined: the query had no OPT record, and the reply has none. */
  readonly edns: Edns | undefined;
  readonly third?: number;
  readonly fourth?: number;
}

/** A reply that has nothing but its header, the question, and an OPT record where the query had one. */
export const bareReply = (query: Buffer, content: BareReply): Buffer => {
  const { questionEnd, edns, rcode } = content;
  const reply = Buffer.allocUnsafe(questionEnd + (edns === undefined ? 0 : optLength(content)));
  // Without an OPT record there is no room for the upper bits.
  const low = edns === undefined && rcode > 15 ? RCODE.SERVFAIL : rcode & 0xf;
  writeHead(reply, query, questionEnd, { third: content.third ?? 0, fourth: (content.fourth ?? 0) | low });
  if (edns !== undefined) {
    writeOpt(reply, questionEnd, edns, content);
    reply[11] = 1;
  }
  return reply;
};

/** To whatever came with a header: an error, with the question and an EDE code where the query lets them be given. Not for answers (QR). */
export const errorReply = (query: Buffer, rcode: number, more: { readonly ede?: number; readonly fourth?: number } = {}): Buffer => {
  const read = readQuery(query);
  const { questionEnd, edns } = read.kind === 'drop' ? { questionEnd: HEADER_LENGTH, edns: undefined } : read;
  return bareReply(query, { questionEnd, edns, rcode, ...more });
};
