import type { Logger } from 'pino';
import { backoffMs } from '../kit/backoff.ts';
import { messageOf, SluiceError } from '../kit/error.ts';
import { DURATION_BOUNDS, Histogram } from '../kit/histogram.ts';
import type { AskHold, Hold, LastReload } from './hold.ts';
import { calmSpacingMs, SHORTEST_SPACING_MS } from './spacing.ts';
import type { ReloadCounters, ReloadHeld, ReloadReport } from './reload-report.ts';

/** needless: without what had to be left out there was nothing that only a reload could bring. */
export type Deployed = 'loaded' | 'needless';

/** Does one reload; resolves when the new worker is confirmed. */
export type Deploy = () => Promise<Deployed>;

interface ReloaderOptions {
  readonly log: Logger;
  readonly deploy: Deploy;
  /** After every attempt, good or bad. */
  readonly onDone: () => void;
  /** Whether a reload must wait for the sake of those that were before it. */
  readonly askHold: AskHold;
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
  /** How soon it is looked again whether a reload must still be held back. */
  readonly lookAgainMs?: number;
}

/** `urgent`: not held back for the sake of old connections, since as things are clients are not served. */
export type Urgency = 'may-wait' | 'urgent';

/**
 * Reloads, one at a time: the first at once, the next not before a spacing that follows what the last one cost and how many old workers still live,
 * and all that was asked for in between as one. One that fails is tried again, later each time, and never given up.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #due = new Set<string>();
  #urgency: Urgency = 'may-wait';
  /** Of the one that runs. */
  #underWay: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** While HAProxy is asked for its old workers; another one, or none, makes the answer void. */
  #question: symbol | undefined;
  #running: Promise<void> | undefined;
  #notBefore = 0;
  #failures = 0;
  #closed = false;
  #held: ReloadHeld | undefined;
  #lastGood: LastReload | undefined;
  #last: ReloadReport | undefined;
  #count = 0;
  #failed = 0;
  /** Of those that went well, in seconds. */
  readonly durations = new Histogram(DURATION_BOUNDS);

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  get last(): ReloadReport | undefined {
    return this.#last;
  }

  get counts(): ReloadCounters {
    return { reloads: this.#count, failedReloads: this.#failed };
  }

  /** Why a reload is under way or due; empty: neither. */
  get pending(): readonly string[] {
    return [...new Set([...this.#underWay, ...this.#due])];
  }

  /** That the one that is due is held back, and why; undefined: it is not. */
  get held(): ReloadHeld | undefined {
    return this.#held;
  }

  get isUnderWay(): boolean {
    return this.#running !== undefined;
  }

  get idle(): boolean {
    return this.#running === undefined && this.#due.size === 0;
  }

  /** Asks for a reload. Asking again while one is due adds the reason, and may make it urgent. */
  request(because: readonly string[], urgency: Urgency = 'may-wait'): void {
    for (const reason of because) if (this.#due.size < 20) this.#due.add(reason);
    if (urgency === 'urgent') this.#endHold();
    this.#schedule();
  }

  /** The input changed: what failed may go well now, so the wait for the next try is over. */
  retryNow(): void {
    if (this.#failures === 0 || this.#timer === undefined) return;
    this.#notBefore = Math.min(this.#notBefore, performance.now() + SHORTEST_SPACING_MS);
    this.#stopWaiting();
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWaiting();
    await this.#running;
  }

  #endHold(): void {
    this.#urgency = 'urgent';
    this.#held = undefined;
    this.#stopWaiting();
  }

  #stopWaiting(): void {
    this.#question = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#closed || this.isUnderWay || this.#timer !== undefined || this.#question !== undefined || this.#due.size === 0) return;
    const waitMs = Math.max(0, this.#notBefore - performance.now());
    if (waitMs > 0) this.#wait(waitMs);
    else if (this.#urgency === 'urgent' || this.#lastGood === undefined) this.#start();
    else void this.#startUnlessHeld(this.#lastGood);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#schedule();
    }, ms);
  }

  async #startUnlessHeld(lastGood: LastReload): Promise<void> {
    const question = Symbol('old workers');
    this.#question = question;
    const hold = await this.#options.askHold(lastGood);
    if (this.#question !== question) return;
    this.#question = undefined;
    if (hold === undefined) this.#start();
    else this.#holdBack(hold);
  }

  #holdBack({ restMs, because }: Hold): void {
    if (this.#held === undefined)
      this.#options.log.info({ because: this.pending, heldBecause: because, restMs: Math.round(restMs) }, 'reload is held back');
    this.#held = { until: new Date(Date.now() + restMs).toISOString(), because };
    // Old workers end without a word.
    this.#wait(Math.min(restMs, this.#options.lookAgainMs ?? 1000));
  }

  #start(): void {
    this.#held = undefined;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#underWay = [];
      this.#options.onDone();
      this.#schedule();
    });
  }

  async #run(): Promise<void> {
    const because = [...this.#due];
    const urgency = this.#urgency;
    this.#due.clear();
    this.#urgency = 'may-wait';
    this.#underWay = because;
    const began = performance.now();
    const report = { at: new Date().toISOString(), because };
    try {
      const deployed = await this.#options.deploy();
      const endedAtMs = performance.now();
      const durationMs = endedAtMs - began;
      this.#failures = 0;
      this.#notBefore = endedAtMs + calmSpacingMs(durationMs);
      if (deployed === 'needless') {
        this.#options.log.info({ because, durationMs: Math.round(durationMs) }, 'not reloaded: what it was for is left out');
        return;
      }
      this.#count += 1;
      this.durations.add(durationMs / 1000);
      this.#lastGood = { endedAtMs, durationMs };
      this.#last = { ...report, durationMs };
      this.#options.log.info({ because, durationMs: Math.round(durationMs) }, 'reloaded');
    } catch (error) {
      this.#failed += 1;
      this.#failures += 1;
      for (const reason of because) this.#due.add(reason);
      if (urgency === 'urgent') this.#urgency = urgency;
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
