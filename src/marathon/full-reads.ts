import { backoffMs } from '../kit/backoff.ts';

interface FullReadsOptions {
  /** One full read; throws when it failed. `unasked`: nobody has asked for it, and nothing has failed before it. */
  read(signal: AbortSignal, why: 'asked' | 'unasked'): Promise<void>;
  onFailure(error: unknown): void;
  /** The first read that succeeded after failures. */
  onRecovery(): void;
  /** Until the next read when nobody asks for one. */
  intervalMs(): number;
  readonly spacingMs: number;
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
}

/** Decides when the full picture is read: one read at a time, on request, in an interval, and after failures with growing pauses. */
export class FullReads {
  readonly #options: FullReadsOptions;
  readonly #closing = new AbortController();
  #isReading = false;
  #isWanted = false;
  #failures = 0;
  #lastMs = 0;
  #endedAtMs = -Infinity;
  #dueAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FullReadsOptions, firstAfterMs: number) {
    this.#options = options;
    this.#arm(firstAfterMs);
  }

  /** Asks for a read that begins after this call. It keeps its distance: never more than half of the time is spent on full reads. */
  request(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    if (!this.#isReading && this.#failures === 0) this.#arm(this.#spacingLeftMs());
  }

  /** Asks for a read that begins after this call, at once: there is news of the connection itself. */
  requestNow(): void {
    this.#isWanted = true;
    this.#failures = 0;
    if (!this.#isReading) this.#arm(0);
  }

  /** The interval has become shorter. Called however often, it never puts a read off. */
  hasten(): void {
    const intervalMs = this.#options.intervalMs();
    if (!this.#isReading && performance.now() + intervalMs < this.#dueAtMs) this.#arm(intervalMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort();
  }

  #spacingLeftMs(): number {
    const spacingMs = Math.max(this.#options.spacingMs, this.#lastMs);
    return Math.max(0, this.#endedAtMs + spacingMs - performance.now());
  }

  #arm(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#dueAtMs = performance.now() + delayMs;
    if (!this.#closing.signal.aborted) this.#timer = setTimeout(() => void this.#run(), delayMs);
  }

  async #run(): Promise<void> {
    const why = this.#isWanted || this.#failures > 0 ? 'asked' : 'unasked';
    this.#isReading = true;
    this.#isWanted = false;
    const startedAtMs = performance.now();
    try {
      await this.#options.read(this.#closing.signal, why);
      if (this.#failures > 0) this.#options.onRecovery();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!this.#closing.signal.aborted) this.#options.onFailure(error);
    }
    this.#isReading = false;
    this.#endedAtMs = performance.now();
    this.#lastMs = this.#endedAtMs - startedAtMs;
    this.#arm(this.#nextMs());
  }

  #nextMs(): number {
    if (this.#failures > 0) return backoffMs(this.#failures, this.#options.backoff);
    return this.#isWanted ? this.#spacingLeftMs() : this.#options.intervalMs();
  }
}
