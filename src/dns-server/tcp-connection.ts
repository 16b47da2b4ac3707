import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Answering, Client } from './answering.ts';
import type { Counts } from './counts.ts';
import { Frames, framed } from './frames.ts';

interface TcpConnectionOptions {
  readonly answering: Answering;
  readonly counts: Counts;
  readonly address: string;
  readonly idleMs: number;
}

/** Questions of one connection that are asked upstream at once; more wait in the kernel. */
const MOST_UNDER_WAY = 64;
/** Answers that its client has not read: no more questions are read before it has. */
const MOST_UNREAD_BYTES = 256 * 1024;

/** One client's connection: its questions may follow each other at once, and each answer goes when it is there (RFC 7766, 6.2.1.1). */
export class TcpConnection {
  readonly address: string;
  readonly #socket: Socket;
  readonly #options: TcpConnectionOptions;
  readonly #client: Client;
  readonly #frames = new Frames();
  #timer: NodeJS.Timeout | undefined;
  #underWay = 0;
  #hasEnded = false;
  /** By performance.now(). */
  usedAt = performance.now();

  constructor(socket: Socket, options: TcpConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.address = options.address;
    this.#client = { transport: 'tcp', address: options.address };
    // Its client has gone: there is nobody to tell.
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('drain', () => this.#goOn());
    socket.once('end', () => {
      this.#hasEnded = true;
      this.#endIfDone();
    });
    socket.once('close', () => clearTimeout(this.#timer));
    this.#timer = setTimeout(() => this.#lookIfIdle(), options.idleMs);
  }

  end(): void {
    this.#socket.destroy();
  }

  /** By whole questions and by answers that were taken: bytes alone, one now and then, hold no connection. */
  #lookIfIdle(): void {
    const restMs = this.usedAt + this.#options.idleMs - performance.now();
    if (restMs <= 0 && this.#underWay === 0) this.#socket.destroy();
    else this.#timer = setTimeout(() => this.#lookIfIdle(), Math.max(restMs, this.#options.idleMs / 10));
  }

  #take(bytes: Buffer): void {
    this.#frames.add(bytes);
    this.#goOn();
  }

  /** As many questions as there is room for answers. */
  #goOn(): void {
    while (!this.#isFull()) {
      const query = this.#frames.next();
      if (query === undefined) break;
      this.usedAt = performance.now();
      this.#answer(query);
    }
    if (this.#isFull()) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
    this.#endIfDone();
  }

  #isFull(): boolean {
    return this.#underWay >= MOST_UNDER_WAY || this.#socket.writableLength > MOST_UNREAD_BYTES;
  }

  #answer(query: Buffer): void {
    const { answering, counts } = this.#options;
    const beganAt = performance.now();
    const reply = answering.answer(query, this.#client);
    switch (reply.kind) {
      case 'reply':
        this.#send(reply.bytes);
        counts.noteSeconds((performance.now() - beganAt) / 1000);
        return;
      case 'later':
        void this.#later(async () => this.#send(await reply.bytes));
        return;
      case 'messages':
        void this.#later(async () => this.#sendAll(reply.messages));
        return;
      case 'drop':
        // By TCP nothing comes from a false address: who sends no question has no business here.
        this.#socket.destroy();
    }
  }

  async #later(work: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    await work();
    this.#underWay -= 1;
    this.usedAt = performance.now();
    this.#goOn();
  }

  /** One message after the other, as fast as they are read. */
  async #sendAll(messages: Iterable<Uint8Array>): Promise<void> {
    for (const message of messages) {
      if (this.#socket.destroyed) return;
      this.#send(message);
      this.usedAt = performance.now();
      // Others are answered between two messages.
      if (this.#socket.writableNeedDrain) await this.#drained();
      else await nextTurn();
    }
  }

  /** Resolves too when the connection is gone, or its client has read nothing for as long as an idle one may live. */
  async #drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#socket.destroy(), this.#options.idleMs);
      const done = (): void => {
        clearTimeout(timer);
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
    });
  }

  #send(bytes: Uint8Array): void {
    if (!this.#socket.writable) return;
    this.#socket.write(framed(bytes), () => (this.usedAt = performance.now()));
  }

  #endIfDone(): void {
    if (this.#hasEnded && this.#underWay === 0 && !this.#isFull()) this.#socket.end();
  }
}
