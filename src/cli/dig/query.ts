import { randomInt } from 'node:crypto';
import type { Name } from '../../dns/name.ts';

/** What a client is to say that it takes by UDP (DNS flag day 2020). */
const UDP_BYTES = 1232;
const RECURSION_DESIRED = 0x0100;
const IN = 1;
const OPT = 41;

/** A question with an id that nobody guesses, and EDNS (RFC 6891): only so errors are explained (RFC 8914). */
export const queryFor = (name: Name, type: number): Buffer => {
  const question = Buffer.from(name, 'latin1');
  const query = Buffer.alloc(12 + question.length + 4 + 11);
  query.writeUInt16BE(randomInt(0x1_0000), 0);
  query.writeUInt16BE(RECURSION_DESIRED, 2);
  query.writeUInt16BE(1, 4);
  query.writeUInt16BE(1, 10);
  let at = 12 + question.copy(query, 12);
  at = query.writeUInt16BE(type, at);
  at = query.writeUInt16BE(IN, at);
  at = query.writeUInt8(0, at);
  at = query.writeUInt16BE(OPT, at);
  query.writeUInt16BE(UDP_BYTES, at);
  return query;
};
