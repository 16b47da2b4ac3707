const LF = 10;
const CR = 13;

/** What stands at the end of a line that was cut. No JSON has this character unescaped. */
export const CUT = '\u0000cut';
const MARK = Buffer.from(CUT);

const endOfLine = (bytes: Uint8Array, from: number): number => {
  const ends = [bytes.indexOf(LF, from), bytes.indexOf(CR, from)].filter((end) => end >= 0);
  return ends.length === 0 ? bytes.length : Math.min(...ends);
};

const lengthOfLastLine = (bytes: Uint8Array): number => bytes.length - 1 - Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR));

/** Cuts lines that are too long out of bytes that come in pieces: one app's event must not end the stream for all. */
export class LongLines {
  readonly #longest: number;
  /** Of the line that has begun: what came of it so far. */
  #length = 0;
  #isCut = false;

  /** @param longest bytes of a line, without its end */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** What is to be read in place of this piece. */
  shorten(bytes: Uint8Array): Uint8Array {
    if (!this.#isCut && this.#length + bytes.length <= this.#longest) {
      const last = lengthOfLastLine(bytes);
      this.#length = last < bytes.length ? last : this.#length + last;
      return bytes;
    }
    return this.#cut(bytes);
  }

  #cut(bytes: Uint8Array): Uint8Array {
    const kept: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = endOfLine(bytes, at);
      if (!this.#isCut) {
        const room = this.#longest - this.#length;
        this.#isCut = end - at > room;
        kept.push(bytes.subarray(at, Math.min(end, at + room)));
        if (this.#isCut) kept.push(MARK);
      }
      this.#length += end - at;
      if (end < bytes.length) {
        kept.push(bytes.subarray(end, end + 1));
        this.#length = 0;
        this.#isCut = false;
      }
      at = end + 1;
    }
    return Buffer.concat(kept);
  }
}
