import { randomFillSync } from 'node:crypto';

/** Fetched in one go: a call for each query would cost more than the query. */
const AT_ONCE = 8_192;
const pool = Buffer.allocUnsafeSlow(AT_ONCE);
let used = AT_ONCE;

/** A place in the pool with that many random bytes that nobody else gets. */
const taken = (bytes: number): number => {
  if (used + bytes > AT_ONCE) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return used - bytes;
};

/** 16 bits that nobody can guess (RFC 5452, 9.2). */
export const randomId = (): number => pool.readUInt16BE(taken(2));

/** Valid until the next call. */
export const randomBits = (bytes: number): Buffer => {
  const at = taken(bytes);
  return pool.subarray(at, at + bytes);
};
