import { backoffMs } from '../kit/backoff.ts';
import type { SluiceError } from '../kit/error.ts';
import { TimedOut } from './failures.ts';
import type { Http } from './http.ts';
import type { MarathonLimits } from './options.ts';
import type { Origin, Origins } from './origins.ts';
import { EventStream, type StreamLimits } from './stream.ts';

interface FollowingListeners {
  onOpen(origin: Origin, leader: string): void;
  onEvent(type: string, data: string): void;
  onDown(error: SluiceError): void;
}

interface FollowingLimits extends StreamLimits, Pick<MarathonLimits, 'stableMs' | 'backoffBaseMs' | 'patienceMs'> {
  readonly maxBackoffMs: number;
}

/**
 * Keeps one event stream open, at the Marathon that last held one well. A stream that ended early counts as a failure, even though it
 * began with 200: a leader that is elected and not ready answers so and closes at once. Each Marathon is tried once before a pause.
 */
export class Following {
  readonly #http: Http;
  readonly #origins: Origins;
  readonly #limits: FollowingLimits;
  readonly #listeners: FollowingListeners;
  #failures = 0;
  #stream: EventStream | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** To be opened after the pause. */
  #waiting: Origin | undefined;

  constructor(http: Http, origins: Origins, limits: FollowingLimits, listeners: FollowingListeners) {
    this.#http = http;
    this.#origins = origins;
    this.#limits = limits;
    this.#listeners = listeners;
    this.#open(origins.current);
  }

  /** There is a sign that Marathon is back: a pause that is under way ends. */
  hasten(): void {
    if (this.#waiting !== undefined) this.#open(this.#waiting);
  }

  /** The stream that is open is no good. */
  giveUp(failure: SluiceError): void {
    this.#stream?.giveUp(failure);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    this.#stream?.close();
  }

  #open(origin: Origin): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    let openedAtMs = Infinity;
    const limits = { ...this.#limits, headersMs: this.#headersMs(origin) };
    this.#stream = new EventStream(this.#http, origin, limits, {
      onOpen: (leader) => {
        openedAtMs = performance.now();
        this.#origins.prefer(origin);
        this.#listeners.onOpen(origin, leader);
      },
      onEvent: (type, data) => this.#listeners.onEvent(type, data),
      onEnd: (error) => {
        const wasStable = performance.now() - openedAtMs >= this.#limits.stableMs;
        this.#failures = wasStable ? 1 : this.#failures + 1;
        if (error instanceof TimedOut) this.#origins.doubt(origin);
        this.#listeners.onDown(error);
        this.#openLater(wasStable ? origin : this.#origins.after(origin), wasStable);
      },
    });
  }

  /** Where others can take its place a Marathon is not waited for so long; longer in every round, since all may be slow. */
  #headersMs(origin: Origin): number {
    const { headersMs, patienceMs } = this.#limits;
    const { size } = this.#origins;
    if (size === 1 || this.#origins.isTrusted(origin)) return headersMs;
    return Math.min(headersMs, patienceMs * 2 ** Math.floor(this.#failures / size));
  }

  #openLater(origin: Origin, wasStable: boolean): void {
    const { size } = this.#origins;
    const isRoundOver = wasStable || this.#failures % size === 0;
    const { backoffBaseMs: baseMs, maxBackoffMs: maxMs } = this.#limits;
    const delayMs = isRoundOver ? backoffMs(Math.ceil(this.#failures / size), { baseMs, maxMs }) : 0;
    this.#waiting = origin;
    this.#timer = setTimeout(() => this.#open(origin), delayMs);
  }
}
