import type { Name } from '../name.ts';

const MOST_NAME = 255;
const POINTER = 0xc0;

/**
 * Where the name at `start` ends in the packet; -1: it is none (cut off, longer than 255 bytes, or a pointer that does not lead backwards, RFC 1035, 4.1.4).
 * What it points at is looked at too: whoever gets the packet can read it.
 */
export const endOfName = (bytes: Buffer, start: number): number => {
  let [at, length, end, least] = [start, 0, -1, start];
  for (;;) {
    const label = bytes[at];
    if (label === undefined) return -1;
    if (label >= POINTER) {
      const target = at + 1 < bytes.length ? bytes.readUInt16BE(at) & 0x3fff : least;
      if (end < 0) end = at + 2;
      // Each pointer leads further back than the last, so there is no loop.
      if (target >= least) return -1;
      [at, least] = [target, target];
      continue;
    }
    length += 1 + label;
    if (label >= 0x40 || length > MOST_NAME) return -1;
    at += 1 + label;
    if (label === 0) return end < 0 ? at : end;
  }
};

/** Of a place where `endOfName` has found one: written out, in the case in which it stands there. */
export const nameAt = (bytes: Buffer, start: number): Name => {
  let name = '';
  for (let at = start; ;) {
    const label = bytes[at] ?? 0;
    if (label >= POINTER) {
      at = bytes.readUInt16BE(at) & 0x3fff;
      continue;
    }
    name += bytes.toString('latin1', at, at + 1 + label);
    if (label === 0) return name;
    at += 1 + label;
  }
};
