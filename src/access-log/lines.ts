/** Cuts what comes in pieces into lines. One longer than this is no line of ours, and is left out up to its end. */
const LONGEST_LINE = 8192;

export class Lines {
  #rest = '';
  #isTooLong = false;

  /** The lines that this piece ends, without their ends; `tooLong`: how many were left out. */
  add(piece: string): { readonly lines: readonly string[]; readonly tooLong: number } {
    const parts = (this.#rest + piece).split('\n');
    this.#rest = parts.pop() ?? '';
    const first = this.#isTooLong && parts.length > 0 ? 1 : 0;
    if (first === 1) this.#isTooLong = false;
    const lines = parts.slice(first);
    let tooLong = 0;
    if (this.#rest.length > LONGEST_LINE) {
      if (!this.#isTooLong) tooLong = 1;
      this.#isTooLong = true;
      this.#rest = '';
    }
    return { lines, tooLong };
  }
}
