import type { Name } from '../name.ts';
import { TYPE } from '../record.ts';
import type { Rdata } from '../record.ts';
import { begun, ended, roomOf, writeFixed, writeText } from './frame.ts';
import type { Frame, Reply } from './frame.ts';

/** An SOA record as it goes into an answer that has nothing (RFC 2308). */
export interface Start {
  /** The zone's apex, as the client sees it. */
  readonly owner: Name;
  readonly ttlSeconds: number;
  readonly data: Rdata;
}

/** Nothing of that name (NXDOMAIN), or nothing of that type (NOERROR). */
export const negative = (frame: Frame, soa: Start, rcode: number): Reply => {
  const { name, questionEnd } = frame.query;
  const isBelow = name.endsWith(soa.owner);
  const length = (isBelow ? 2 : soa.owner.length) + 10 + soa.data.length;
  if (length > roomOf(frame)) return ended(frame, begun(frame, 0), questionEnd, {}, rcode, true);
  const reply = begun(frame, length);
  // The class and the type follow the question's name.
  const ownerAt = questionEnd - 4 - soa.owner.length;
  const at = isBelow ? reply.writeUInt16BE(0xc000 | ownerAt, questionEnd) : writeText(reply, questionEnd, soa.owner);
  const end = writeText(reply, writeFixed(reply, at, TYPE.SOA, soa.ttlSeconds, soa.data.length), soa.data);
  return ended(frame, reply, end, { authority: 1 }, rcode, false);
};

const nobody = '\x06nobody\x07invalid\0';

const inBytes = (value: number): string => String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

/** Of a zone that has nothing, for names that never leave this machine (as RFC 6303, 3 has it). */
export const emptyStart = (owner: Name, ttlSeconds: number): Start => ({
  owner,
  ttlSeconds,
  data: owner + nobody + [1, 3600, 1200, 604_800, ttlSeconds].map(inBytes).join(''),
});
