const LF = 10;
const CR = 13;

/** Finds empty lines in bytes that come in pieces of any length; lines end with CR, LF or both. */
export class EmptyLines {
  #isLineStart = true;
  #isAfterCr = false;

  /** Whether there is one in this piece. */
  isIn(bytes: Uint8Array): boolean {
    let found = false;
    for (const byte of bytes) {
      const isSecondHalf = byte === LF && this.#isAfterCr;
      const isEnd = byte === CR || byte === LF;
      if (isEnd && !isSecondHalf && this.#isLineStart) found = true;
      this.#isLineStart = isEnd;
      this.#isAfterCr = byte === CR;
    }
    return found;
  }
}
