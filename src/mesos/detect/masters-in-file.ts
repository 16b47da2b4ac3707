import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { messageOf } from '../../kit/error.ts';
import type { MasterFinder, MastersNow } from './finder.ts';
import { parseMasters, type MastersFrom } from './masters.ts';

interface MastersInFileOptions {
  readonly path: string;
  readonly open: (from: MastersFrom) => MasterFinder;
  readonly log: Logger;
  readonly onChange: () => void;
  readonly lookMs?: number;
}

const LOOK_MS = 5000;

/** As the file says (`zk://...` or a list), and as it says later. What cannot be read or understood changes nothing. */
export class MastersInFile implements MasterFinder {
  readonly #options: MastersInFileOptions;
  #inner: MasterFinder | undefined;
  #text: string | undefined;
  #error: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: MastersInFileOptions) {
    this.#options = options;
    void this.#look();
  }

  get now(): MastersNow {
    return this.#inner?.now ?? { masters: [] };
  }

  get error(): string | undefined {
    return this.#error ?? this.#inner?.error;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#inner?.close();
  }

  async #look(): Promise<void> {
    const { path, lookMs = LOOK_MS, log } = this.#options;
    try {
      this.#take(await readFile(path, 'utf8'));
      this.#error = undefined;
    } catch (error) {
      const because = messageOf(error);
      if (because !== this.#error)
        log.warn({ err: error }, `masters of Mesos: ${path} cannot be used, and what it said before counts: ${because}`);
      this.#error = because;
    }
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.#look(), lookMs);
  }

  #take(text: string): void {
    if (text === this.#text || this.#isClosed) return;
    const inner = this.#options.open(parseMasters(this.#options.path, text));
    this.#inner?.close();
    this.#inner = inner;
    this.#text = text;
    this.#options.onChange();
  }
}
