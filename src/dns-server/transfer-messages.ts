import type { Name } from '../dns/name.ts';
import { HEADER_LENGTH } from '../dns/packet/codes.ts';
import type { ZoneRecord } from '../dns/record.ts';

/** One record as it is sent. */
export interface ShownRecord extends ZoneRecord {
  readonly ttlSeconds: number;
}

/** Of one message: small enough that none holds a question up for long. A message has 65,535 at most. */
const MOST_BYTES = 16_000;
/** The name of the question, which is the zone's: it stands behind the header. */
const POINTER_TO_APEX = '\xC0\x0C';
const CLASS_IN = 1;

const uint16 = (value: number): string => String.fromCharCode((value >>> 8) & 0xff, value & 0xff);

/** Cuts records into messages, each with the question before them. */
export class TransferMessages {
  readonly #head: Buffer;
  readonly #apex: Name;
  readonly #records: Iterable<ShownRecord>;

  /** @param head header and question of each message, and an OPT record where the query had one */
  constructor(head: Buffer, apex: Name, records: Iterable<ShownRecord>) {
    this.#head = head;
    this.#apex = apex;
    this.#records = records;
  }

  *all(): Iterable<Uint8Array> {
    // Behind the records of the first message, and of no other (RFC 5936, 2.2.5).
    let opt = this.#head.toString('latin1', this.#questionEnd);
    let body = '';
    let count = 0;
    for (const record of this.#records) {
      const text = this.#textOf(record);
      if (body.length + text.length > MOST_BYTES) {
        yield this.#message(body, count, opt);
        [body, count, opt] = ['', 0, ''];
      }
      body += text;
      count += 1;
    }
    yield this.#message(body, count, opt);
  }

  get #questionEnd(): number {
    return HEADER_LENGTH + this.#apex.length + 4;
  }

  /** In wire form. Names in the data are not compressed. */
  #textOf({ name, type, ttlSeconds, data }: ShownRecord): string {
    const owner = name.endsWith(this.#apex) ? name.slice(0, name.length - this.#apex.length) + POINTER_TO_APEX : name;
    return owner + uint16(type) + uint16(CLASS_IN) + uint16(ttlSeconds >>> 16) + uint16(ttlSeconds) + uint16(data.length) + data;
  }

  #message(body: string, count: number, opt: string): Uint8Array {
    const message = Buffer.allocUnsafe(this.#questionEnd + body.length + opt.length);
    this.#head.copy(message, 0, 0, this.#questionEnd);
    message.writeUInt16BE(count, 6);
    message.writeUInt16BE(0, 8);
    message.writeUInt16BE(opt === '' ? 0 : 1, 10);
    message.write(body + opt, this.#questionEnd, 'latin1');
    return message;
  }
}
