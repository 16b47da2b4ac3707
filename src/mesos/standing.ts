import { messageOf } from '../kit/error.ts';
import type { MesosState } from './options.ts';

type Shown = Pick<MesosState, 'source' | 'isRead' | 'confirmedAtMs' | 'brokenEvents' | 'reads' | 'streams' | 'errors' | 'lastError'>;

/** How it stands between this Sluice and Mesos. */
export class Standing {
  source: MesosState['source'] = 'none';
  reads = 0;
  streams = 0;
  #brokenEvents = 0;
  #errors = 0;
  #confirmedAtMs: number | undefined;
  #lastError: MesosState['lastError'];

  get now(): Shown {
    return {
      source: this.source,
      isRead: this.#confirmedAtMs !== undefined,
      ...(this.#confirmedAtMs === undefined ? {} : { confirmedAtMs: this.#confirmedAtMs }),
      brokenEvents: this.#brokenEvents,
      reads: this.reads,
      streams: this.streams,
      errors: this.#errors,
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }

  /** Something was heard: what is known is true now. */
  confirmed(): void {
    this.#confirmedAtMs = Date.now();
    this.#lastError = undefined;
  }

  /** @returns how many there were */
  broken(): number {
    this.#brokenEvents += 1;
    return this.#brokenEvents;
  }

  /** @returns whether that is news */
  failed(error: unknown): boolean {
    const message = messageOf(error);
    const isNews = this.#lastError?.message !== message;
    this.#errors += 1;
    this.#lastError = { message, atMs: Date.now() };
    return isNews;
  }
}
