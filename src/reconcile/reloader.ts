import type { Logger } from 'pino';
import { backoffMs } from '../kit/backoff.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import type { ReloadReport } from './status.ts';

/** Does one reload; resolves when the new worker is confirmed. */
export type Deploy = () => Promise<void>;

interface ReloaderOptions {
  readonly log: Logger;
  readonly deploy: Deploy;
  /** After every attempt, good or bad. */
  readonly onDone: () => void;
  readonly leastSpacingMs?: number;
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
}

/**
 * Reloads, one at a time: the first at once, the next not before the rest of a spacing that follows what the last one cost, and all that was asked
 * for in between as one. One that fails is tried again, later each time, and never given up.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #leastSpacingMs: number;
  readonly #due = new Set<string>();
  /** Of the one that runs. */
  #underWay: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #notBefore = 0;
  #failures = 0;
  #closed = false;
  #last: ReloadReport | undefined;
  #count = 0;
  #failed = 0;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#leastSpacingMs = options.leastSpacingMs ?? 200;
  }

  get last(): ReloadReport | undefined {
    return this.#last;
  }

  get counts(): { readonly reloads: number; readonly failedReloads: number } {
    return { reloads: this.#count, failedReloads: this.#failed };
  }

  /** Why a reload is under way or due; empty: neither. */
  get pending(): readonly string[] {
    return [...new Set([...this.#underWay, ...this.#due])];
  }

  get isUnderWay(): boolean {
    return this.#running !== undefined;
  }

  get idle(): boolean {
    return this.#running === undefined && this.#timer === undefined;
  }

  /** Asks for a reload. Asking again while one is due adds the reason, nothing else. */
  request(because: readonly string[]): void {
    for (const reason of because) if (this.#due.size < 20) this.#due.add(reason);
    this.#schedule();
  }

  /** The input changed: what failed may go well now, so the wait for the next try is over. */
  retryNow(): void {
    if (this.#failures === 0 || this.#timer === undefined) return;
    this.#notBefore = Math.min(this.#notBefore, performance.now() + this.#leastSpacingMs);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  #schedule(): void {
    if (this.#closed || this.#running !== undefined || this.#timer !== undefined || this.#due.size === 0) return;
    const waitMs = Math.max(0, this.#notBefore - performance.now());
    if (waitMs === 0) this.#start();
    else this.#timer = setTimeout(() => this.#start(), waitMs);
  }

  #start(): void {
    this.#timer = undefined;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#underWay = [];
      this.#options.onDone();
      this.#schedule();
    });
  }

  async #run(): Promise<void> {
    const because = [...this.#due];
    this.#due.clear();
    this.#underWay = because;
    const began = performance.now();
    const report = { at: new Date().toISOString(), because };
    try {
      await this.#options.deploy();
      const durationMs = performance.now() - began;
      this.#count += 1;
      this.#failures = 0;
      this.#notBefore = performance.now() + Math.max(this.#leastSpacingMs, 3 * durationMs);
      this.#last = { ...report, durationMs };
      this.#options.log.info({ because, durationMs: Math.round(durationMs) }, 'reloaded');
    } catch (error) {
      this.#failed += 1;
      this.#failures += 1;
      for (const reason of because) this.#due.add(reason);
      const retryMs = this.#retryMs();
      this.#notBefore = performance.now() + retryMs;
      this.#last = { ...report, durationMs: performance.now() - began, error: messageOf(error) };
      const code = error instanceof SluiceError ? error.code : 'INTERNAL';
      this.#options.log.error({ because, code, retryMs: Math.round(retryMs), err: error }, `reload failed: ${messageOf(error)}`);
    }
  }

  #retryMs(): number {
    const { firstRetryMs = 1000, longestRetryMs = 60_000 } = this.#options;
    return backoffMs(this.#failures, { baseMs: firstRetryMs, maxMs: longestRetryMs });
  }
}
