import type { Logger } from 'pino';
import { messageOf } from '../kit/error.ts';
import type { Reloader } from '../reload/reloader.ts';
import type { CycleFailure } from './cycle-report.ts';

interface FailuresOptions {
  readonly log: Logger;
  readonly reloader: Reloader;
}

/** How often in a row, or for how long, HAProxy may not be there to be asked before it is reloaded. A worker that hangs takes 10 s to fail once. */
const FAILURES_BEFORE_RELOAD = 10;
const SILENCE_BEFORE_RELOAD_MS = 15_000;

/** Cycles that fail in a row: HAProxy runs and cannot be asked or told. */
export class Failures {
  readonly #options: FailuresOptions;
  /** `beganMs`: as performance.now() has it. */
  #current: (Omit<CycleFailure, 'forMs'> & { readonly beganMs: number }) | undefined;
  #isReloadAsked = false;

  constructor(options: FailuresOptions) {
    this.#options = options;
  }

  /** undefined: the last cycle went well. */
  get current(): CycleFailure | undefined {
    if (this.#current === undefined) return undefined;
    const { beganMs, ...failure } = this.#current;
    return { ...failure, forMs: performance.now() - beganMs };
  }

  /** Returns how many it is in a row. */
  add(error: unknown): number {
    const { log, reloader } = this.#options;
    const inRow = (this.#current?.inRow ?? 0) + 1;
    const { sinceMs, beganMs } = this.#current ?? { sinceMs: Date.now(), beganMs: performance.now() };
    this.#current = { sinceMs, beganMs, inRow, message: messageOf(error) };
    // The stack once: the same again tells nothing.
    log.warn({ inRow, ...(inRow === 1 ? { err: error } : {}) }, `cycle failed and is tried again: ${messageOf(error)}`);
    // A socket that is gone comes back with a reload.
    const isTooLong = inRow >= FAILURES_BEFORE_RELOAD || performance.now() - beganMs >= SILENCE_BEFORE_RELOAD_MS;
    if (isTooLong && !this.#isReloadAsked && !reloader.isUnderWay) {
      this.#isReloadAsked = true;
      reloader.request([`HAProxy could not be looked at: ${messageOf(error)}`], 'urgent');
    }
    return inRow;
  }

  /** A cycle went well. */
  end(): void {
    this.#current = undefined;
    this.#isReloadAsked = false;
  }
}
