/** The length of a record is text: no record of Mesos's has more digits. */
const MOST_DIGITS = 12;
const NEWLINE = 0x0a;

/**
 * RecordIO, as Mesos frames its streams: the length in bytes as decimal digits, a line feed, and so many bytes; again and again. Records cross the
 * borders of chunks as they like.
 */
export class RecordReader {
  readonly #mostBytes: number;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Of the record that has begun; undefined: its length is not known yet. */
  #wanted: number | undefined;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The records that are whole now. @throws Error: this is no such stream, or a record is too long; there is no way to go on */
  push(chunk: Buffer): readonly Buffer[] {
    const records: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.#wanted === undefined ? this.#readLength(rest) : this.#readBody(rest);
      if (this.#wanted === this.#held) records.push(this.#take());
    }
    return records;
  }

  #readLength(bytes: Buffer): Buffer {
    const end = bytes.indexOf(NEWLINE);
    this.#keep(end === -1 ? bytes : bytes.subarray(0, end));
    if (this.#held > MOST_DIGITS) throw new Error('a record does not begin with its length');
    if (end === -1) return bytes.subarray(bytes.length);
    const digits = this.#take().toString('latin1');
    if (!/^\d+$/.test(digits)) throw new Error('a record does not begin with its length');
    const length = Number(digits);
    if (length > this.#mostBytes) throw new Error(`a record has ${length} bytes, more than the ${this.#mostBytes} that are read`);
    this.#wanted = length;
    return bytes.subarray(end + 1);
  }

  #readBody(bytes: Buffer): Buffer {
    const missing = (this.#wanted ?? 0) - this.#held;
    this.#keep(bytes.subarray(0, missing));
    return bytes.subarray(missing);
  }

  #keep(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#held += bytes.length;
  }

  /** What is held, which is then begun anew. */
  #take(): Buffer {
    const whole = this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#held = 0;
    this.#wanted = undefined;
    return whole;
  }
}
