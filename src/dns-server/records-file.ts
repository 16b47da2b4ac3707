import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../kit/error.ts';

interface RecordsFileOptions<T> {
  readonly path: string;
  /** Throws where it cannot be understood. */
  readonly parse: (text: string) => T;
  readonly onRecords: (records: T) => void;
}

/** A file that is read again when it has changed. What cannot be read or understood is told, and what it said before stays. */
export class RecordsFile<T> {
  readonly #options: RecordsFileOptions<T>;
  #seen: string | undefined;
  #problem: string | undefined;

  constructor(options: RecordsFileOptions<T>) {
    this.#options = options;
  }

  /** Why it could not be taken; undefined: it could. */
  get problem(): string | undefined {
    return this.#problem;
  }

  async look(): Promise<void> {
    const { path, parse, onRecords } = this.#options;
    try {
      const { mtimeMs, size, ino } = await stat(path);
      const seen = `${mtimeMs} ${size} ${ino}`;
      if (seen === this.#seen) return;
      const records = parse(await readFile(path, 'utf8'));
      this.#seen = seen;
      onRecords(records);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = `--dns-records ${path}: ${messageOf(error)}; what it said before is still answered`;
    }
  }
}
