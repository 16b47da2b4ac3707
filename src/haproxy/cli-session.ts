import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { SluiceError } from '../kit/error.ts';

/** HAProxy 2.6 closes the connection without a word at a command over tune.bufsize (16384); 3.0 answers an error. */
const LONGEST_COMMAND_BYTES = 12_000;
/** More in one write keeps a thread busy: measured p99 of the traffic rises from 3 to 77 ms when commands stream without a pause. */
const COMMANDS_PER_WRITE = 500;
/** A prompt session prints this after each answer, an empty one included. */
const PROMPT = '\n> ';

const bytesOf = (command: string): number => Buffer.byteLength(command) + 1;

/** Whether HAProxy takes a command of this length. */
export const fitsHaproxy = (command: string): boolean => bytesOf(command) <= LONGEST_COMMAND_BYTES;

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One interactive session on a HAProxy socket: commands go out many at a time, answers come back in order.
 * It stays with the worker that accepted it and keeps that worker alive, so it must be closed before a reload.
 * One command a line, never ';': HAProxy 2.6 and 3.0 print a prompt per ';', 3.2 and later one per line.
 */
export class CliSession {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #waiting: Waiting[] = [];
  /** Of the answer that is coming in: what surely belongs to it, and the end that may be the beginning of a prompt. */
  #pieces: string[] = [];
  #tail = '';
  #closed: Error | undefined;

  private constructor(socket: Socket, path: string) {
    this.#socket = socket;
    this.#path = path;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end());
    socket.on('timeout', () => this.#end(new Error('no answer in time')));
  }

  /** Throws SluiceError HAPROXY_SOCKET when nobody listens there. */
  static async open(path: string, limitMs: number): Promise<CliSession> {
    const session = new CliSession(createConnection({ path }), path);
    const greeting = session.#expect();
    session.#write('prompt\n', limitMs);
    await greeting;
    return session;
  }

  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  /** The answers to these commands, in order; each must be one that `fitsHaproxy`. `limitMs` is how long HAProxy may be silent. */
  async ask(commands: readonly string[], limitMs: number): Promise<readonly string[]> {
    const answers: string[] = [];
    for (const chunk of chunks(commands)) {
      if (this.#closed !== undefined) throw this.#closed;
      const expected = chunk.map(() => this.#expect());
      this.#write(`${chunk.join('\n')}\n`, limitMs);
      for (const answer of await Promise.all(expected)) answers.push(answer);
    }
    return answers;
  }

  close(): void {
    this.#end();
  }

  #write(text: string, limitMs: number): void {
    this.#socket.setTimeout(limitMs);
    this.#socket.write(text);
  }

  async #expect(): Promise<string> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Each piece is searched once, however long the answer that it belongs to: `show servers state` may have megabytes. */
  #read(text: string): void {
    let rest = this.#tail + text;
    for (let end = rest.indexOf(PROMPT); end >= 0; end = rest.indexOf(PROMPT)) {
      this.#waiting.shift()?.resolve(this.#pieces.join('') + rest.slice(0, end));
      this.#pieces = [];
      rest = rest.slice(end + PROMPT.length);
    }
    // A prompt may come in two pieces.
    this.#tail = rest.slice(1 - PROMPT.length);
    this.#pieces.push(rest.slice(0, rest.length - this.#tail.length));
    if (this.#waiting.length === 0) this.#socket.setTimeout(0);
  }

  #end(cause?: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = new SluiceError('HAPROXY_SOCKET', `the session on ${this.#path} has ended`, cause);
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#closed);
  }
}

function* chunks(commands: readonly string[]): Generator<readonly string[]> {
  let chunk: string[] = [];
  let bytes = 0;
  for (const command of commands) {
    const length = bytesOf(command);
    if (!fitsHaproxy(command))
      throw new SluiceError('HAPROXY_SOCKET', `a command of ${length} bytes is too long for HAProxy: ${command.slice(0, 80)}…`);
    if (chunk.length === COMMANDS_PER_WRITE || bytes + length > LONGEST_COMMAND_BYTES) {
      if (chunk.length > 0) yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(command);
    bytes += length;
  }
  if (chunk.length > 0) yield chunk;
}
