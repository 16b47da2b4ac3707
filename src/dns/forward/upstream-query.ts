import { CLASS_IN, HEADER_LENGTH, OPT_LENGTH } from '../packet/codes.ts';
import { TYPE } from '../record.ts';
import type { Name } from '../name.ts';
import { spell } from './spelling.ts';

/** What is asked upstream. Two clients who ask the same get one answer. */
export interface Question {
  /** In lower case. */
  readonly name: Name;
  readonly type: number;
  /** DNSSEC records are wanted (DO, RFC 3225). */
  readonly isDnssecOk: boolean;
  /** Nothing is to be validated (CD, RFC 4035). */
  readonly isUnchecked: boolean;
}

/** As sent, for whoever judges the answer. */
export interface UpstreamQuery {
  readonly id: number;
  readonly bytes: Buffer;
  /** Behind name, type and class of its question. */
  readonly questionEnd: number;
  readonly hasEdns: boolean;
}

/** One key for each question that is not like another one. */
export const keyOf = ({ name, type, isDnssecOk, isUnchecked }: Question): string =>
  String.fromCharCode(type, (isDnssecOk ? 2 : 0) | (isUnchecked ? 1 : 0)) + name;

/** Passes everywhere without fragments (DNS flag day 2020). */
const PAYLOAD = 1232;
const RD = 0x01;
const AD = 0x20;
const CD = 0x10;
const DNSSEC_OK = 0x80;

/** How this one is written. */
export interface Dress {
  /** Random, 16 bits. */
  readonly id: number;
  /** At least 32 random bytes; undefined: in lower case, for servers that do not give the case back. */
  readonly bits: Buffer | undefined;
  /** False for servers that do not know EDNS. */
  readonly hasEdns: boolean;
}

/** AD is set to be told whether the answer was validated (RFC 6840, 5.7). Nothing of the client's own packet is passed on, so nothing of it can confuse. */
export const upstreamQuery = (question: Question, { id, bits, hasEdns }: Dress): UpstreamQuery => {
  const name = bits === undefined ? Buffer.from(question.name, 'latin1') : spell(question.name, bits);
  const questionEnd = HEADER_LENGTH + name.length + 4;
  const bytes = Buffer.alloc(questionEnd + (hasEdns ? OPT_LENGTH : 0));
  bytes.writeUInt16BE(id, 0);
  bytes[2] = RD;
  bytes[3] = AD | (question.isUnchecked ? CD : 0);
  bytes[5] = 1;
  name.copy(bytes, HEADER_LENGTH);
  bytes.writeUInt16BE(question.type, questionEnd - 4);
  bytes.writeUInt16BE(CLASS_IN, questionEnd - 2);
  if (hasEdns) {
    bytes[11] = 1;
    bytes.writeUInt16BE(TYPE.OPT, questionEnd + 1);
    bytes.writeUInt16BE(PAYLOAD, questionEnd + 3);
    bytes[questionEnd + 7] = question.isDnssecOk ? DNSSEC_OK : 0;
  }
  return { id, bytes, questionEnd, hasEdns };
};
