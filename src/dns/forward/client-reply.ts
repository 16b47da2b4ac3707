import { QR, RA, RCODE, TC } from '../packet/codes.ts';
import type { Query } from '../packet/query.ts';
import { optLength, writeHead, writeOpt } from '../packet/reply.ts';
import type { Kept } from './kept.ts';

/** How an answer is given to this client, now. */
export interface Terms {
  /** Seconds since it came; undefined: it holds no longer, and every TTL is `STALE_TTL_SECONDS`. */
  readonly ageSeconds: number | undefined;
  /** In bytes. */
  readonly mostBytes: number;
  /** EDE code in place of the upstream's. */
  readonly ede: number | undefined;
  /** False: TC is never set (Mesos-DNS's setTruncateBit). */
  readonly setsTruncateBit: boolean;
}

/** Of answers that hold no longer (RFC 8767, 4). */
const STALE_TTL_SECONDS = 30;
const AD = 0x20;

interface Cut {
  readonly end: number;
  readonly answers: number;
  readonly authority: number;
  readonly additional: number;
  readonly isShort: boolean;
}

/**
 * What of it fits: additional records go first, then the authority section where there is an answer, and nothing is missed (RFC 2181, 9). Then
 * records from the end of the answer, and TC says so.
 */
const cut = (kept: Kept, room: number): Cut => {
  const { answerEnds, authorityCount, authorityEnd, additionalCount, bytes, questionEnd, isTruncated } = kept;
  const answers = answerEnds.length;
  if (bytes.length <= room)
    return { end: bytes.length, answers, authority: authorityCount, additional: additionalCount, isShort: isTruncated };
  if (authorityEnd <= room) return { end: authorityEnd, answers, authority: authorityCount, additional: 0, isShort: isTruncated };
  const fitting = answerEnds.findLastIndex((end) => end <= room) + 1;
  const isShort = isTruncated || fitting < answers || answers === 0;
  return { end: answerEnds[fitting - 1] ?? questionEnd, answers: fitting, authority: 0, additional: 0, isShort };
};

/** In seconds. @param ageSeconds as in `Terms` */
export const ttlNow = (ttl: number, ageSeconds: number | undefined): number =>
  ageSeconds === undefined ? STALE_TTL_SECONDS : Math.max(0, ttl - ageSeconds);

const writeTtls = (reply: Buffer, kept: Kept, end: number, ageSeconds: number | undefined): void => {
  for (let nth = 0; nth < kept.ttlPlaces.length; nth += 1) {
    const at = kept.ttlPlaces[nth] ?? end;
    if (at >= end) return;
    reply.writeUInt32BE(ttlNow(kept.ttls[nth] ?? 0, ageSeconds), at);
  }
};

/** AD is given to those who ask for it (RFC 6840, 5.8). */
const isAuthenticFor = (kept: Kept, query: Buffer, asked: Query): boolean =>
  kept.isAuthentic && (asked.edns?.isDnssecOk === true || ((query[3] ?? 0) & AD) !== 0);

/** To one query whose question the kept answer is to, in any case: the client gets its own spelling back. */
export const clientReply = (query: Buffer, asked: Query, kept: Kept, terms: Terms): Buffer => {
  const { edns, questionEnd } = asked;
  const ede = terms.ede ?? kept.ede;
  const optBytes = edns === undefined ? 0 : optLength({ ede });
  const { end, answers, authority, additional, isShort } = cut(kept, terms.mostBytes - optBytes);
  const reply = Buffer.allocUnsafe(end + optBytes);
  kept.bytes.copy(reply, 0, 0, end);
  const rcode = edns === undefined && kept.rcode > 15 ? RCODE.SERVFAIL : kept.rcode & 0xf;
  const third = QR | (isShort && terms.setsTruncateBit ? TC : 0);
  writeHead(reply, query, questionEnd, { third, fourth: RA | (isAuthenticFor(kept, query, asked) ? AD : 0) | rcode });
  reply.writeUInt16BE(answers, 6);
  reply.writeUInt16BE(authority, 8);
  reply.writeUInt16BE(additional + (edns === undefined ? 0 : 1), 10);
  writeTtls(reply, kept, end, terms.ageSeconds);
  if (edns !== undefined) writeOpt(reply, end, edns, { rcode: kept.rcode, ede });
  return reply;
};
