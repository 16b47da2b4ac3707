import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { isMissing, messageOf } from '../kit/error.ts';
import { replaceFile } from '../store/replace-file.ts';

/** So many serials are written off at once: each change has one, and not each may wait for the disk. */
const BLOCK = 65_536;
/** A process that has ended may have given some out that it did not tell of any more. */
const UNTOLD = 4096;

const plus = (serial: number, more: number): number => (serial + more) >>> 0;

/** Whether it comes after, in a circle of numbers (RFC 1982). */
const isAfter = (one: number, other: number): boolean => one !== other && plus(one, -other) < 0x8000_0000;

const saved = async (path: string): Promise<number | undefined> => {
  try {
    const text = await readFile(path, 'utf8');
    return /^\d{1,10}\n?$/.test(text) ? Number(text) >>> 0 : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/**
 * Serials of the zone that only grow (RFC 1982), whatever ends and is begun again: who has a copy would take one with a lower serial for the older one.
 * Where nothing was kept they begin at the seconds since 1970, as Mesos-DNS's do.
 */
export class SerialFile {
  readonly #path: string;
  readonly #log: Logger;
  /** Nobody has used it, nor any after it. */
  #next: number;
  /** As the file has it: at or after `#next`. */
  #reserved: number;
  #writing = Promise.resolve();
  #isWriting = false;

  private constructor(path: string, log: Logger, first: number) {
    this.#path = path;
    this.#log = log;
    this.#next = first;
    this.#reserved = first;
  }

  /** What cannot be read or written is told, and stops nothing. */
  static async open(path: string, log: Logger, nowSeconds = Math.floor(Date.now() / 1000)): Promise<SerialFile> {
    const found = await saved(path).catch((error: unknown) => {
      log.error({ path }, `the serial of the DNS zone cannot be read: ${messageOf(error)}`);
      return undefined;
    });
    const file = new SerialFile(path, log, found !== undefined && isAfter(found, nowSeconds) ? found : nowSeconds);
    await file.#reserve();
    return file;
  }

  /** The first one of a process that begins. */
  begin(): number {
    const first = this.#next;
    this.note(plus(first, UNTOLD));
    return first;
  }

  /** This one is in use. */
  note(serial: number): void {
    const next = plus(serial, 1);
    if (isAfter(next, this.#next)) this.#next = next;
    if (!this.#isWriting && isAfter(plus(this.#next, BLOCK / 2), this.#reserved)) this.#writing = this.#reserve();
  }

  async close(): Promise<void> {
    await this.#writing;
  }

  async #reserve(): Promise<void> {
    this.#isWriting = true;
    const reserved = plus(this.#next, BLOCK);
    try {
      await replaceFile(this.#path, `${reserved}\n`);
      this.#reserved = reserved;
    } catch (error) {
      this.#log.error({ path: this.#path }, `the serial of the DNS zone cannot be written: ${messageOf(error)}`);
    }
    this.#isWriting = false;
  }
}
