import { EventSource, type EventSourceFetchInit, type FetchLikeResponse, type ReaderLike } from 'eventsource';
import { EVENT_TYPES } from './event.ts';
import { asFailure, nonsense, statusError, TimedOut } from './failures.ts';
import { header, type Answer, type Http } from './http.ts';
import type { Origin } from './origins.ts';
import type { SluiceError } from '../kit/error.ts';

interface StreamListeners {
  /** The stream is open; Marathon may attach it a moment later. `leader` as Marathon names itself, '' when it does not. */
  onOpen(leader: string): void;
  /** One event of EVENT_TYPES. */
  onEvent(type: string, data: string): void;
  /** Once, unless closed before. Nothing is heard after it. */
  onEnd(error: SluiceError): void;
}

export interface StreamLimits {
  /** From the request to the head of the answer. */
  readonly headersMs: number;
  /** Marathon writes an empty line every 10 s: a stream silent for longer than this is dead. */
  readonly silenceMs: number;
  readonly eventChars: number;
}

/** `plan-format=light` keeps whole group trees out of deployment events: Marathon 1.5 and later, the default since 1.7. */
const PATH = `/v2/events?plan-format=light&${EVENT_TYPES.map((type) => `event_type=${type}`).join('&')}`;

/** Marathon's servlet answers 405 unless Accept is exactly this. Event streams are never compressed. */
const HEADERS = { accept: 'text/event-stream', 'cache-control': 'no-cache' };

/** Reads an answer's bytes; each of them puts off the moment of silence at which the stream is given up. */
const watchedReader = (answer: Answer, silenceMs: number): ReaderLike => {
  const { body, url } = answer;
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const silence = setTimeout(() => body.destroy(new TimedOut(url, 'sent no byte on the event stream', silenceMs)), silenceMs);
  const stop = (): void => {
    clearTimeout(silence);
    body.destroy();
  };
  body.once('close', stop);
  return {
    read: async () => {
      const next = await chunks.next();
      if (next.done === true) return { done: true };
      silence.refresh();
      return { done: false, value: next.value };
    },
    cancel: async () => stop(),
  };
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
      maxBufferSize: limits.eventChars,
      fetch: async (_url, init) => this.#fetch(http, origin, limits, init),
    });
    // The server may name its own events `open` and `error`; only those have data.
    this.#source.addEventListener('open', (event) => {
      if (!('data' in event)) listeners.onOpen(this.#leader);
    });
    this.#source.addEventListener('error', (event) => {
      if (!('data' in event)) this.#end(origin.base, event.message);
    });
    for (const type of EVENT_TYPES) this.#source.addEventListener(type, (event) => listeners.onEvent(type, String(event.data)));
  }

  close(): void {
    this.#source.close();
  }

  async #fetch(http: Http, origin: Origin, limits: StreamLimits, init: EventSourceFetchInit): Promise<FetchLikeResponse> {
    try {
      const { headersMs, silenceMs } = limits;
      const answer = await http.get(origin, PATH, { headers: HEADERS, headersMs, signal: init.signal as AbortSignal });
      return this.#streamOf(answer, silenceMs);
    } catch (error) {
      this.#failure = asFailure(origin.base, error);
      throw error;
    }
  }

  #streamOf(answer: Answer, silenceMs: number): FetchLikeResponse {
    const type = header(answer, 'content-type');
    const failure =
      answer.status !== 200
        ? statusError(answer.status, answer.url)
        : /^text\/event-stream\b/i.test(type)
          ? undefined
          : nonsense(answer.url, `answered with "${type}" and not with an event stream`);
    if (failure !== undefined) {
      answer.body.destroy();
      throw failure;
    }
    this.#leader = header(answer, 'x-marathon-leader');
    answer.body.on('error', (error) => (this.#failure = asFailure(answer.url, error)));
    const headers = { get: (name: string) => header(answer, name) };
    const body = { getReader: () => watchedReader(answer, silenceMs) };
    return { status: 200, url: answer.url, redirected: false, headers, body };
  }

  #end(url: string, message: string | undefined): void {
    this.close();
    const why = message ?? 'Marathon closed the event stream';
    this.#listeners.onEnd(this.#failure ?? asFailure(url, new Error(why)));
  }
}
