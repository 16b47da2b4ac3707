import { knownName } from '../name.ts';
import { TYPE } from '../record.ts';
import { QUESTION_POINTER, begun, ended, writeFixed } from './frame.ts';
import type { Frame, Reply } from './frame.ts';

const CLASS_CH = 3;
const NAMES = new Set(['id.server', 'hostname.bind'].map(knownName));

/** Whether the question is who answers, in the way of RFC 4892. */
export const asksIdentity = ({ query }: Frame): boolean =>
  query.class === CLASS_CH && NAMES.has(query.name) && (query.type === TYPE.TXT || query.type === TYPE.ANY);

/** @param identity up to 255 bytes */
export const answerIdentity = (frame: Frame, identity: Buffer): Reply => {
  const start = frame.query.questionEnd;
  const reply = begun(frame, 13 + identity.length);
  reply.writeUInt16BE(QUESTION_POINTER, start);
  const at = writeFixed(reply, start + 2, TYPE.TXT, 0, 1 + identity.length);
  reply[start + 5] = CLASS_CH;
  reply[at] = identity.length;
  identity.copy(reply, at + 1);
  return ended(frame, reply, at + 1 + identity.length, { answers: 1 }, 0, false);
};
