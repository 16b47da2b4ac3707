import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { backoffMs } from '../kit/backoff.ts';
import type { WholeFeed } from './whole-feed.ts';
import type { FeedQueue } from './feed-queue.ts';
import type { FromResponder, Role, ToResponder } from './messages.ts';
import { never } from '../kit/never.ts';
import { Questions } from './questions.ts';

const BACKOFF = { baseMs: 100, maxMs: 10_000 };
/** One that lived for so long was well: the next end of it is the first. */
const STABLE_MS = 30_000;
/** It tells its facts each second, whatever it does. */
const LOOK_EVERY_MS = 1000;
const MOST_SILENT_LOOKS = 15;
const END_LIMIT_MS = 2000;
/** Of what it has said on standard error, for whoever asks why it has ended. */
const LAST_WORDS = 2000;

/** What is built has another ending than what it was made of. */
const entryOf = (role: Role): string => fileURLToPath(new URL(`./child-${role}${extname(import.meta.url)}`, import.meta.url));

/**
 * A small young generation: answers leave little behind, and small ones are swept in a fraction of a millisecond. The old one is bounded so that an
 * error of ours ends this process, which is started again, and not the machine.
 */
const NODE_FLAGS = [
  '--enable-source-maps',
  '--disable-sigusr1',
  '--max-semi-space-size=4',
  '--heap-growing-percent=20',
  '--max-old-space-size=1024',
];

export interface ResponderProcessOptions {
  readonly role: Role;
  readonly feed: WholeFeed;
  readonly log: Logger;
  /** Asked at each start. */
  readonly begin: () => unknown;
  /** After each word of its facts. */
  readonly onFacts?: (facts: unknown) => void;
  /** Tests: how many seconds without a word. */
  readonly mostSilentLooks?: number;
}

/** Of the process that is there now. */
interface Life {
  readonly child: ChildProcess;
  readonly queue: FeedQueue;
  readonly since: number;
  readonly ended: Promise<void>;
  isTaking: boolean;
  silentLooks: number;
  lastWords: string;
}

/** A process of its own for one role: begun again when it ends or hangs, given everything then, and ended with this one. */
export class ResponderProcess {
  readonly #options: ResponderProcessOptions;
  readonly #questions = new Questions((question, id) => this.#say({ kind: 'ask', id, question }));
  readonly #look: NodeJS.Timeout;
  #life: Life | undefined;
  #facts: unknown;
  #failures = 0;
  #restarts = 0;
  #lastEnd: string | undefined;
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ResponderProcessOptions) {
    this.#options = options;
    this.#look = setInterval(() => this.#lookForLife(), LOOK_EVERY_MS);
    this.#begin();
  }

  /** undefined: none runs, or it has told none yet. */
  get facts(): unknown {
    return this.#life === undefined ? undefined : this.#facts;
  }

  get pid(): number | undefined {
    return this.#life?.child.pid;
  }

  /** How often it was begun again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Why it ended the last time; undefined: it has not. */
  get lastEnd(): string | undefined {
    return this.#lastEnd;
  }

  /** Rejects where it does not answer in time, or has ended. */
  async ask(question: unknown): Promise<unknown> {
    if (this.#life === undefined) throw new Error(`the process '${this.#options.role}' does not run: it is begun again`);
    return this.#questions.ask(question);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#look);
    clearTimeout(this.#again);
    const life = this.#life;
    if (life === undefined) return;
    if (life.child.connected) life.child.disconnect();
    const timer = setTimeout(() => life.child.kill('SIGKILL'), END_LIMIT_MS);
    await life.ended;
    clearTimeout(timer);
  }

  #begin(): void {
    const { role, feed, begin } = this.#options;
    const child = fork(entryOf(role), [], { execArgv: NODE_FLAGS, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const queue = feed.open(() => this.#pump());
    const ended = new Promise<void>((resolve) => {
      const end = (because: string): void => {
        resolve();
        this.#noteEnd(life, because);
      };
      child.once('error', (error) => (child.pid === undefined ? end(`it cannot be started: ${error.message}`) : undefined));
      // 'close' does not come where this side has closed the channel (Node 24).
      child.once('exit', (code, signal) => {
        const because = signal === null ? `it ended with exit code ${code ?? 'none'}` : `it was ended by ${signal}`;
        if (child.stderr === null || child.stderr.closed) end(because);
        else child.stderr.once('close', () => end(because));
      });
    });
    const life: Life = { child, queue, since: performance.now(), ended, isTaking: false, silentLooks: 0, lastWords: '' };
    this.#life = life;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (life.lastWords = (life.lastWords + text).slice(-LAST_WORDS)));
    child.on('message', (message) => this.#hear(life, message as FromResponder));
    this.#say({ kind: 'begin', options: begin() });
    this.#pump();
  }

  #say(message: ToResponder): void {
    const child = this.#life?.child;
    // What could not be sent is nobody's: its end is told by 'close'.
    if (child?.connected === true) child.send(message, () => undefined);
  }

  /** The next word, where the last one was taken. */
  #pump(): void {
    const life = this.#life;
    if (life === undefined || life.isTaking) return;
    const message = life.queue.next();
    if (message === undefined) return;
    life.isTaking = true;
    this.#say({ kind: 'feed', message });
  }

  #hear(life: Life, message: FromResponder): void {
    life.silentLooks = 0;
    switch (message.kind) {
      case 'taken':
        life.isTaking = false;
        this.#pump();
        return;
      case 'facts':
        this.#facts = message.facts;
        this.#options.onFacts?.(message.facts);
        return;
      case 'answer':
        this.#questions.answer(message.id, message.answer);
        return;
      case 'failed':
        this.#questions.fail(message.id, message.because);
        return;
      case 'log':
        this.#options.log[message.level]({ process: this.#options.role, ...message.fields }, message.message);
        return;
      default:
        never(message);
    }
  }

  /** Looks are counted and not time: this process may have been stopped itself. */
  #lookForLife(): void {
    const life = this.#life;
    if (life === undefined) return;
    life.silentLooks += 1;
    if (life.silentLooks < (this.#options.mostSilentLooks ?? MOST_SILENT_LOOKS)) return;
    life.silentLooks = 0;
    this.#options.log.error(
      { process: this.#options.role, pid: life.child.pid },
      'the process says nothing any more: it is ended, and begun again',
    );
    life.child.kill('SIGKILL');
  }

  #noteEnd(life: Life, because: string): void {
    if (this.#life !== life) return;
    const { role, feed, log } = this.#options;
    this.#life = undefined;
    this.#facts = undefined;
    feed.close(life.queue);
    this.#questions.failAll(`the process '${role}' has ended`);
    if (this.#isClosed) return;
    this.#lastEnd = because;
    this.#failures = performance.now() - life.since > STABLE_MS ? 1 : this.#failures + 1;
    const pauseMs = backoffMs(this.#failures, BACKOFF);
    log.error(
      { process: role, pauseMs: Math.round(pauseMs), lastWords: life.lastWords },
      `a process has ended, and is begun again: ${because}`,
    );
    this.#again = setTimeout(() => {
      this.#restarts += 1;
      this.#begin();
    }, pauseMs);
  }
}
