import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { MarathonEvent } from './event.ts';

/** What one reader asked for, and what it is allowed. */
interface StreamOptions {
  /** Undefined: everything. Unknown names make a silent stream. */
  readonly eventTypes: ReadonlySet<string> | undefined;
  readonly plans: 'heavy' | 'light';
  readonly remoteAddress: string;
  readonly maxOutstanding: number;
  readonly slowReader: 'drop' | 'close';
}

/** How a stream can be cut: after a whole frame, with a TCP reset, or in the middle of a frame. */
export type Cut = 'clean' | 'reset' | 'mid-frame';

/** One frame, byte for byte as Jetty writes it. */
export function frameOf(event: MarathonEvent): Buffer {
  return Buffer.from(`event: ${event.eventType}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`);
}

/** One open event stream. It writes to the socket itself: Marathon's streams are neither chunked nor of a known length. */
export class EventStream {
  readonly options: StreamOptions;
  readonly #socket: Socket;
  #outstanding = 0;
  #isBehind = false;
  #isJudging = false;

  /** @param response its head must have been written and flushed */
  constructor(response: ServerResponse, options: StreamOptions) {
    if (response.socket === null) throw new Error('the stream has no socket');
    this.#socket = response.socket;
    this.options = options;
  }

  wants(eventType: string): boolean {
    return this.options.eventTypes?.has(eventType) ?? true;
  }

  send(frame: Buffer): void {
    if (this.#isBehind && this.options.slowReader === 'drop') return;
    this.#outstanding += 1;
    this.#socket.write(frame, () => {
      this.#outstanding -= 1;
    });
    this.#judgeSoon();
  }

  /** Not at once: of a burst the kernel has taken what it can only when this turn of the loop is over, however fast the reader is. */
  #judgeSoon(): void {
    if (this.#isJudging) return;
    this.#isJudging = true;
    setImmediate(() => {
      this.#isJudging = false;
      this.#isBehind = this.#outstanding > this.options.maxOutstanding;
      if (this.#isBehind && this.options.slowReader === 'close') this.#socket.destroy();
    });
  }

  /** A bare CRLF, flushed byte by byte: Jetty's way of finding dead peers. */
  heartbeat(): void {
    this.#socket.write('\r');
    this.#socket.write('\n');
  }

  cut(how: Cut): void {
    switch (how) {
      case 'clean':
        this.#socket.end();
        return;
      case 'reset':
        this.#socket.resetAndDestroy();
        return;
      case 'mid-frame':
        this.#socket.end('event: status_update_event\r\ndata: {"slaveId":"4fb620fa-ba8d');
        return;
    }
  }
}
