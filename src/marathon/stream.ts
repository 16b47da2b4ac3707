import { EventSource, type EventSourceFetchInit, type FetchLikeResponse } from 'eventsource';
import { EVENT_TYPES } from './event.ts';
import { asFailure, nonsense, statusError } from './failures.ts';
import { header, type Answer, type Http } from './http.ts';
import type { Origin } from './origins.ts';
import type { SluiceError } from '../kit/error.ts';
import { type StreamPatience, watchedReader } from './watched-reader.ts';

interface StreamListeners {
  /** The stream is open; Marathon may attach it a moment later. `leader` as Marathon names itself, '' when it does not. */
  onOpen(leader: string): void;
  /** One event of EVENT_TYPES. */
  onEvent(type: string, data: string): void;
  /** Once, unless closed before. Nothing is heard after it. */
  onEnd(error: SluiceError): void;
}

export interface StreamLimits extends StreamPatience {
  /** From the request to the head of the answer. */
  readonly headersMs: number;
  readonly eventBytes: number;
}

/** `plan-format=light` keeps whole group trees out of deployment events: Marathon 1.5 and later, the default since 1.7. */
const PATH = `/v2/events?plan-format=light&${EVENT_TYPES.map((type) => `event_type=${type}`).join('&')}`;

/** Marathon's servlet answers 405 unless Accept is exactly this. */
const HEADERS = { accept: 'text/event-stream', 'cache-control': 'no-cache' };

/** Undefined: it is a stream that can be read. */
const whyNoStream = (answer: Answer): SluiceError | undefined => {
  if (answer.status !== 200) return statusError(answer.status, answer.url);
  const type = header(answer, 'content-type');
  if (!/^text\/event-stream\b/i.test(type)) return nonsense(answer.url, `answered with "${type}" and not with an event stream`);
  // Whoever packs it holds events back, and may pack endlessly many into little.
  const packed = header(answer, 'content-encoding');
  return /^(?:identity)?$/i.test(packed) ? undefined : nonsense(answer.url, `answered with an event stream packed as "${packed}"`);
};

/**
 * One connection to Marathon's event stream, from the request to its end. It never reconnects: eventsource would, every 3 s without
 * backoff and never after a 503, so any error ends it here and whoever owns it opens the next.
 */
export class EventStream {
  readonly #source: EventSource;
  readonly #listeners: StreamListeners;
  #failure: SluiceError | undefined;
  #leader = '';

  constructor(http: Http, origin: Origin, limits: StreamLimits, listeners: StreamListeners) {
    this.#listeners = listeners;
    this.#source = new EventSource(origin.base + PATH, {
      // Events are one line, and too long ones are cut. One of many lines is none of Marathon's.
      maxBufferSize: 2 * limits.eventBytes,
      fetch: async (_url, init) => this.#fetch(http, origin, limits, init),
    });
    // The server may name its own events `open` and `error`; only those have data.
    this.#source.addEventListener('open', (event) => {
      if (!('data' in event)) listeners.onOpen(this.#leader);
    });
    this.#source.addEventListener('error', (event) => {
      if (!('data' in event)) this.#end(origin.base, event.message);
    });
    for (const type of EVENT_TYPES)
      this.#source.addEventListener(type, (event) => {
        // What was read before it was closed is still told.
        if (this.#source.readyState !== EventSource.CLOSED) listeners.onEvent(type, String(event.data));
      });
  }

  close(): void {
    this.#source.close();
  }

  /** Ends it as if Marathon had, with this to say. */
  giveUp(failure: SluiceError): void {
    if (this.#source.readyState === EventSource.CLOSED) return;
    this.#failure = failure;
    this.#end(failure.message, undefined);
  }

  async #fetch(http: Http, origin: Origin, limits: StreamLimits, init: EventSourceFetchInit): Promise<FetchLikeResponse> {
    try {
      const { headersMs } = limits;
      const answer = await http.get(origin, PATH, { headers: HEADERS, headersMs, signal: init.signal as AbortSignal });
      return this.#streamOf(answer, limits);
    } catch (error) {
      this.#failure = asFailure(origin.base, error);
      throw error;
    }
  }

  #streamOf(answer: Answer, limits: StreamLimits): FetchLikeResponse {
    const failure = whyNoStream(answer);
    if (failure !== undefined) {
      answer.body.destroy();
      throw failure;
    }
    this.#leader = header(answer, 'x-marathon-leader');
    answer.body.on('error', (error) => (this.#failure = asFailure(answer.url, error)));
    const headers = { get: (name: string) => header(answer, name) };
    const body = { getReader: () => watchedReader(answer, limits) };
    return { status: 200, url: answer.url, redirected: false, headers, body };
  }

  #end(url: string, message: string | undefined): void {
    this.close();
    const why = message ?? 'Marathon closed the event stream';
    this.#listeners.onEnd(this.#failure ?? asFailure(url, new Error(why)));
  }
}
