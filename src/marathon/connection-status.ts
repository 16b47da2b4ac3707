import { messageOf, SluiceError } from '../kit/error.ts';
import type { MarathonState } from './options.ts';

/** Holds the state and tells of its changes. */
export class ConnectionStatus {
  readonly #onChange: (state: MarathonState) => void;
  #state: MarathonState;
  /** As performance.now() has it. */
  #heardAt: number | undefined;

  constructor(url: string, onChange: (state: MarathonState) => void) {
    this.#onChange = onChange;
    this.#state = { connected: false, streaming: false, url, reconnects: 0, brokenEvents: 0, problems: [] };
  }

  get current(): MarathonState {
    return this.#heardAt === undefined ? this.#state : { ...this.#state, heardAgoMs: performance.now() - this.#heardAt };
  }

  /** Marathon told how things are. @param at by performance.now() */
  heard(change: Partial<MarathonState>, at: number): void {
    this.note(change);
    this.#heardAt = Math.max(at, this.#heardAt ?? 0);
  }

  /** Takes a change over without telling: times and counts. */
  note(change: Partial<MarathonState>): void {
    this.#state = { ...this.#state, ...change };
  }

  tell(change: Partial<MarathonState>): void {
    this.note(change);
    this.#onChange(this.current);
  }

  fail(error: unknown, change: Partial<MarathonState>): void {
    const code = error instanceof SluiceError ? error.code : 'MARATHON_UNREACHABLE';
    this.tell({ ...change, lastError: { code, message: messageOf(error), atMs: Date.now() } });
  }
}
