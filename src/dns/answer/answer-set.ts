import type { Rdata } from '../record.ts';
import type { Deck } from './deck.ts';
import { QUESTION_POINTER, begun, ended, roomOf, writeFixed, writeText } from './frame.ts';
import type { Frame, Reply } from './frame.ts';

/** Owner, type, class, TTL and length. */
const BEFORE_DATA = 12;

const lengthOf = (records: readonly Rdata[]): number => records.reduce((sum, data) => sum + data.length, 0);

/**
 * All records of one type that brings nothing along, in a random order; if they have no room, as many of them as the first that has none is
 * drawn after. @param records at least one @param length in bytes, of all their data
 */
export const answerSet = (
  frame: Frame,
  deck: Deck,
  type: number,
  ttlSeconds: number,
  records: readonly Rdata[],
  length = lengthOf(records),
): Reply => {
  const room = roomOf(frame);
  const total = records.length * BEFORE_DATA + length;
  const reply = begun(frame, Math.min(total, room));
  const start = frame.query.questionEnd;
  let at = start;
  let count = 0;
  if (records.length > 1) deck.begin(records.length);
  for (; count < records.length; count += 1) {
    const data = records[records.length > 1 ? deck.draw() : 0] ?? '';
    if (at - start + BEFORE_DATA + data.length > room) break;
    reply.writeUInt16BE(QUESTION_POINTER, at);
    at = writeText(reply, writeFixed(reply, at + 2, type, ttlSeconds, data.length), data);
  }
  return ended(frame, reply, at, { answers: count }, 0, count < records.length);
};
