import { TC } from '../packet/codes.ts';
import type { Query } from '../packet/query.ts';
import { TYPE } from '../record.ts';
import { type Terms, ttlNow } from './client-reply.ts';
import type { Kept } from './kept.ts';
import { endOfName, nameAt } from './names-in-packets.ts';

/** Longer chains are nobody's honest work. */
const MOST_RECORDS = 64;

/** Types whose data may be compressed (RFC 3597, 4): which bytes stand before names, and how many names. SRV is compressed by some all the same. */
const NAMES_IN_DATA: Readonly<Record<number, { readonly before: number; readonly names: number }>> = {
  [TYPE.NS]: { before: 0, names: 1 },
  [TYPE.CNAME]: { before: 0, names: 1 },
  [TYPE.SOA]: { before: 0, names: 2 },
  [TYPE.PTR]: { before: 0, names: 1 },
  15: { before: 2, names: 1 },
  [TYPE.SRV]: { before: 6, names: 1 },
  39: { before: 0, names: 1 },
};

/** Data with its names written out; undefined: it is broken. */
const plainData = (bytes: Buffer, type: number, start: number, end: number): Buffer | undefined => {
  const shape = NAMES_IN_DATA[type];
  if (shape === undefined) return bytes.subarray(start, end);
  const parts = [bytes.subarray(start, start + shape.before)];
  let at = start + shape.before;
  for (let nth = 0; nth < shape.names; nth += 1) {
    const after = endOfName(bytes, at);
    if (after < 0 || after > end) return undefined;
    parts.push(Buffer.from(nameAt(bytes, at), 'latin1'));
    at = after;
  }
  return Buffer.concat([...parts, bytes.subarray(at, end)]);
};

/** Each record of the answer section as it can stand in any packet. Broken ones end the list. */
const plainAnswers = ({ bytes, questionEnd, answerEnds, ttls }: Kept, ageSeconds: number | undefined): readonly Buffer[] => {
  const records: Buffer[] = [];
  let at = questionEnd;
  for (const [nth, end] of answerEnds.slice(0, MOST_RECORDS).entries()) {
    const typeAt = endOfName(bytes, at);
    const data = plainData(bytes, bytes.readUInt16BE(typeAt), typeAt + 10, end);
    if (data === undefined) return records;
    const fixed = Buffer.from(bytes.subarray(typeAt, typeAt + 10));
    fixed.writeUInt32BE(ttlNow(ttls[nth] ?? 0, ageSeconds), 4);
    fixed.writeUInt16BE(data.length, 8);
    records.push(Buffer.concat([Buffer.from(nameAt(bytes, at), 'latin1'), fixed, data]));
    at = end;
  }
  return records;
};

/** Where the records of a reply of ours end that has an OPT record, or none, behind them. */
const endOfAnswers = (reply: Buffer, questionEnd: number): number => {
  let at = questionEnd;
  for (let nth = 0; nth < reply.readUInt16BE(6); nth += 1) {
    const typeAt = endOfName(reply, at);
    at = typeAt + 10 + reply.readUInt16BE(typeAt + 8);
  }
  return at;
};

/**
 * Our own answer ends in a CNAME whose target is another's: the records of that answer behind ours. The rcode is that of the last name (RFC 6604, 2). What does
 * not fit is left out, and TC says so. @param reply ours: an answer section, and nothing behind it but an OPT record
 */
export const withTail = (reply: Buffer, asked: Query, tail: Kept, terms: Terms): Buffer => {
  const answersEnd = endOfAnswers(reply, asked.questionEnd);
  const rest = reply.subarray(answersEnd);
  const records = plainAnswers(tail, terms.ageSeconds);
  let room = terms.mostBytes - reply.length;
  const fitting = records.filter(({ length }) => (room -= length) >= 0);
  const whole = Buffer.concat([reply.subarray(0, answersEnd), ...fitting, rest]);
  whole.writeUInt16BE(whole.readUInt16BE(6) + fitting.length, 6);
  whole[3] = ((whole[3] ?? 0) & 0xf0) | (tail.rcode & 0xf);
  if (terms.setsTruncateBit && (fitting.length < records.length || tail.isTruncated)) whole[2] = (whole[2] ?? 0) | TC;
  return whole;
};
