const LENGTH_BYTES = 2;

/** With its length before it, as TCP carries messages (RFC 1035, 4.2.2): in one piece, or two packets might go out. */
export const framed = (message: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + message.length);
  bytes.writeUInt16BE(message.length, 0);
  bytes.set(message, LENGTH_BYTES);
  return bytes;
};

/** Makes messages of what comes by TCP, however it was cut. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
  }

  /** undefined: it has not come whole yet. */
  next(): Buffer | undefined {
    if (this.#rest.length < LENGTH_BYTES) return undefined;
    const end = LENGTH_BYTES + this.#rest.readUInt16BE(0);
    if (this.#rest.length < end) return undefined;
    const message = this.#rest.subarray(LENGTH_BYTES, end);
    this.#rest = this.#rest.subarray(end);
    return message;
  }
}
