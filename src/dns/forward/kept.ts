import { HEADER_LENGTH, RCODE } from '../packet/codes.ts';
import type { Name } from '../name.ts';

/** An answer of an upstream as it is kept: looked through once, so that giving it out is a copy and some numbers. */
export interface Kept {
  /** Whole, without its OPT record. What its header says is not looked at again, but for the flags here. */
  readonly bytes: Buffer;
  readonly questionEnd: number;
  /** Where each record of the answer section ends. */
  readonly answerEnds: readonly number[];
  readonly authorityCount: number;
  readonly authorityEnd: number;
  readonly additionalCount: number;
  /** Places of the TTLs in `bytes`, ascending, and what stands there, in seconds. */
  readonly ttlPlaces: readonly number[];
  readonly ttls: readonly number[];
  /** 12 bits (RFC 6891, 6.1.3). */
  readonly rcode: number;
  /** The first EDE code that came with it (RFC 8914). */
  readonly ede: number | undefined;
  /** AD: validated by the upstream. */
  readonly isAuthentic: boolean;
  /** TC: it is not all. */
  readonly isTruncated: boolean;
  /** How long it holds; 0: for those who wait for it alone. */
  readonly lifetimeSeconds: number;
}

/** It answers the question; all else is a failure, of somebody's. */
export const isAnswer = ({ rcode }: Kept): boolean => rcode === RCODE.NOERROR || rcode === RCODE.NXDOMAIN;

/** In place of an answer that nobody gave. */
export const noAnswer = (name: Name, rcode: number, ede: number): Kept => {
  const questionEnd = HEADER_LENGTH + name.length + 4;
  return {
    bytes: Buffer.allocUnsafeSlow(questionEnd).fill(0),
    questionEnd,
    answerEnds: [],
    authorityCount: 0,
    authorityEnd: questionEnd,
    additionalCount: 0,
    ttlPlaces: [],
    ttls: [],
    rcode,
    ede,
    isAuthentic: false,
    isTruncated: false,
    lifetimeSeconds: 0,
  };
};
