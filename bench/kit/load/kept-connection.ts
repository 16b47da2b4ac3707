import { createConnection, type Socket } from 'node:net';
import { closesAfter, codeOf, isWhole, LIMIT_MS, outcomeOf, requestText } from './http-text.ts';
import type { Notes } from './tally.ts';

/**
 * A client that keeps its connection, one request at a time. HAProxy may close it between requests, or say that it will: then the next request
 * opens another. Closed on a request that was sent is a failure.
 */
export class KeptConnection {
  readonly #port: number;
  readonly #host: string;
  readonly #notes: Notes;
  #socket: Socket | undefined;
  #text = '';
  #beganMs = 0;
  #isBusy = false;

  constructor(port: number, host: string, notes: Notes) {
    this.#port = port;
    this.#host = host;
    this.#notes = notes;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  request(): void {
    this.#isBusy = true;
    this.#text = '';
    this.#beganMs = performance.now();
    this.#socket ??= this.#open();
    this.#socket.write(requestText(this.#host, 'keep-alive'));
  }

  close(): void {
    this.#isBusy = false;
    this.#drop();
  }

  #open(): Socket {
    const socket = createConnection({ host: '127.0.0.1', port: this.#port });
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.setTimeout(LIMIT_MS, () => this.#ended(socket, 'no answer in time'));
    socket.on('data', (chunk: string) => this.#read(socket, chunk));
    socket.on('error', (error) => this.#ended(socket, codeOf(error)));
    socket.on('end', () => this.#ended(socket, 'closed before the answer'));
    socket.on('close', () => this.#ended(socket, 'closed before the answer'));
    return socket;
  }

  #read(socket: Socket, chunk: string): void {
    if (socket !== this.#socket) return;
    this.#text += chunk;
    if (!isWhole(this.#text)) return;
    if (closesAfter(this.#text)) this.#drop();
    this.#note(outcomeOf(this.#text));
  }

  /** Between requests it is nobody's loss. */
  #ended(socket: Socket, outcome: string): void {
    if (socket !== this.#socket) return;
    this.#drop();
    this.#note(outcome);
  }

  #note(outcome: string): void {
    if (!this.#isBusy) return;
    this.#isBusy = false;
    this.#notes.note(outcome, performance.now() - this.#beganMs, this.#text);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}
