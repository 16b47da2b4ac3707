import { writeSync } from 'node:fs';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Order, ThreadData } from './messages.ts';

/** Lines of Sluice's own that wait for a slow reader at most; what comes then is left out, and counted. */
const MOST_WAITING = 10_000;
const END_LIMIT_MS = 2000;
const STANDARD_OUTPUT = 1;

/**
 * Standard output while it carries the access log too: a thread writes both. `write` never waits, so a reader that is slow, or hangs, keeps nobody
 * from following Marathon.
 */
export class StandardOutput {
  readonly #thread: Worker;
  readonly #waiting = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #fd: number;
  readonly #ended: Promise<void>;
  #isRunning = true;
  #leftOut = 0;

  constructor(fd = STANDARD_OUTPUT) {
    this.#fd = fd;
    const data: ThreadData = { waiting: this.#waiting, output: fd };
    // What is built has another ending than what it was made of.
    const file = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
    // Tracked, Node.js would close at the thread's end what a socket has closed already: by then another file of this process may have the number.
    this.#thread = new Worker(file, { workerData: data, trackUnmanagedFds: false });
    this.#thread.on('error', (error) => this.#tellOfEnd(error));
    this.#ended = new Promise((resolve) => {
      this.#thread.once('exit', () => {
        this.#isRunning = false;
        resolve();
      });
    });
  }

  /** A line of Sluice's own log, with its end. */
  write(text: string): void {
    if (!this.#isRunning) this.#writeMyself(text);
    else if (Atomics.load(this.#waiting, 0) >= MOST_WAITING) this.#leftOut += 1;
    else {
      if (this.#leftOut > 0) this.#warn('lines were left out: nobody reads standard output', this.#leftOut);
      this.#leftOut = 0;
      this.#post(text);
    }
  }

  /** HAProxy's lines come from this pipe. */
  follow(pipe: string): void {
    this.#order({ kind: 'follow', pipe });
  }

  /** What has come so far is written, unless nobody reads it. */
  async close(): Promise<void> {
    this.#order({ kind: 'end' });
    const timer = new AbortController();
    await Promise.race([this.#ended, sleep(END_LIMIT_MS, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    await this.#thread.terminate();
  }

  #post(text: string): void {
    Atomics.add(this.#waiting, 0, 1);
    this.#order({ kind: 'line', text });
  }

  #order(order: Order): void {
    this.#thread.postMessage(order);
  }

  #warn(msg: string, count: number): void {
    this.#post(`${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, count, msg })}\n`);
  }

  /** Sluice goes on, and its own log; HAProxy leaves its lines out from now on. */
  #tellOfEnd(error: unknown): void {
    this.#isRunning = false;
    const message = error instanceof Error ? error.message : String(error);
    const msg = `the access log ended: ${message}`;
    this.#writeMyself(`${JSON.stringify({ level: 50, time: Date.now(), pid: process.pid, msg })}\n`);
  }

  #writeMyself(text: string): void {
    try {
      writeSync(this.#fd, text);
    } catch {
      // Its reader has gone, or the thread has taken a socket with it.
      process.stderr.write(text);
    }
  }
}
