import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { PLACE } from './messages.ts';

const AGAIN_MS = 5;

/**
 * The same pipe, opened anew: a write to it waits for nobody, so that this thread can be ended while nobody reads. Where that is not possible
 * (a file never lets wait, a socket cannot be opened) the descriptor itself.
 */
const patient = (fd: number): number => {
  try {
    return fstatSync(fd).isFIFO() ? openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK) : fd;
  } catch {
    // Another user's pipe, or no /proc: written to as it is.
    return fd;
  }
};

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Standard output, for a thread that may wait: all of a text or nothing more, ever. */
export class Output {
  readonly #fd: number;
  readonly #shared: Int32Array;
  #isGone = false;

  constructor(fd: number, shared: Int32Array) {
    this.#fd = patient(fd);
    this.#shared = shared;
  }

  /** Waits while its reader is slow. Where that has gone there is nobody to tell anything, as for Sluice's own log. */
  write(text: string): void {
    let rest = Buffer.from(text);
    while (rest.length > 0 && !this.#isGone) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN' || this.#mayNotWait()) this.#isGone = true;
      }
    }
  }

  /** True at once when it has to end. */
  #mayNotWait(): boolean {
    return Atomics.wait(this.#shared, PLACE.giveUp, 0, AGAIN_MS) !== 'timed-out';
  }
}
