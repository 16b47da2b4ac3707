import { parentOf } from '../name.ts';
import type { Name } from '../name.ts';
import { HEADER_LENGTH } from '../packet/codes.ts';
import { TYPE } from '../record.ts';
import type { ZoneRecord } from '../record.ts';
import { writeFixed, writeText } from './frame.ts';
import { NAMES_IN, nameAt } from './renames.ts';

/** A record as the client sees it. */
export interface ShownRecord extends ZoneRecord {
  readonly ttlSeconds: number;
}

const MOST_POINTED = 0x3fff;

/** Writes records one after the other, names that stood before as pointers (RFC 1035, 4.1.4; not in SRV data, RFC 2782). */
export class Packer {
  readonly #last: number;
  #bytes: Buffer;
  #places = new Map<Name, number>();
  #at: number;

  /** @param question the name that stands in the question, lower case @param last where the room ends */
  constructor(bytes: Buffer, question: Name, start: number, last: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#last = last;
    for (let at = HEADER_LENGTH, name: Name | undefined = question; name !== undefined && name.length > 1; name = parentOf(name)) {
      this.#places.set(name, at);
      at += 1 + name.charCodeAt(0);
    }
  }

  get end(): number {
    return this.#at;
  }

  /** False: there was no room for it, and nothing has changed. */
  add(record: ShownRecord): boolean {
    const most = record.name.length + 10 + record.data.length;
    if (this.#at + most > this.#last) return this.#squeeze(record, most);
    this.#write(record);
    return true;
  }

  /** It fits only if its names are found before it: written elsewhere first. */
  #squeeze(record: ShownRecord, most: number): boolean {
    const at = this.#at;
    const bytes = this.#bytes;
    const places = new Map(this.#places);
    this.#bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(most)]);
    this.#write(record);
    const fits = this.#at <= this.#last;
    if (fits) this.#bytes.copy(bytes, at, at, this.#at);
    else {
      this.#at = at;
      this.#places = places;
    }
    this.#bytes = bytes;
    return fits;
  }

  #write(record: ShownRecord): void {
    this.#name(record.name);
    const fixed = this.#at;
    this.#at += 10;
    this.#data(record);
    writeFixed(this.#bytes, fixed, record.type, record.ttlSeconds, this.#at - fixed - 10);
  }

  #name(name: Name): void {
    let rest: Name | undefined = name;
    for (; rest !== undefined && rest.length > 1; rest = parentOf(rest)) {
      const place = this.#places.get(rest);
      if (place !== undefined) {
        this.#at = this.#bytes.writeUInt16BE(0xc000 | place, this.#at);
        return;
      }
      if (this.#at <= MOST_POINTED) this.#places.set(rest, this.#at);
      this.#at = writeText(this.#bytes, this.#at, rest.slice(0, 1 + rest.charCodeAt(0)));
    }
    this.#bytes[this.#at] = 0;
    this.#at += 1;
  }

  #data({ type, data }: ShownRecord): void {
    const names = NAMES_IN.get(type);
    if (names === undefined || type === TYPE.SRV) {
      this.#at = writeText(this.#bytes, this.#at, data);
      return;
    }
    this.#at = writeText(this.#bytes, this.#at, data.slice(0, names.at));
    let at = names.at;
    for (let nth = 0; nth < names.count; nth += 1) {
      const name = nameAt(data, at);
      this.#name(name);
      at += name.length;
    }
    this.#at = writeText(this.#bytes, this.#at, data.slice(at));
  }
}
