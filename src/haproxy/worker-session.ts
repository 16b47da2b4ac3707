import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../kit/error.ts';
import { CliSession } from './cli-session.ts';
import { parseInfo } from './show-info.ts';

const ANSWER_LIMIT_MS = 10_000;
const NEW_WORKER_LIMIT_MS = 5000;
const RETRY_AFTER_MS = 10;

/**
 * The one session to the worker that serves; opened when needed. Who reloads must close it afterwards: it keeps its worker alive. Who finds that
 * its worker was replaced by somebody else closes it, too: asked only when it is new, not each time, for that would be a round trip each.
 */
export class WorkerSession {
  readonly #path: string;
  #session: CliSession | undefined;
  /** Under way: all who ask meanwhile get this one. */
  #finding: Promise<CliSession> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws SluiceError HAPROXY_NOT_RUNNING when no worker listens. `may-repeat`: `work` may be done again where the session broke. */
  async use<T>(repeat: 'may-repeat' | 'once', work: (session: CliSession) => Promise<T>): Promise<T> {
    const session = await this.#shared();
    try {
      return await work(session);
    } catch (error) {
      if (repeat === 'once' || session.isOpen) throw error;
      return work(await this.#shared());
    }
  }

  close(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  async #shared(): Promise<CliSession> {
    this.#finding ??= this.#serving().finally(() => (this.#finding = undefined));
    return this.#finding;
  }

  /** A session whose worker was not on its way out when it was opened: the socket of the last one may still answer. */
  async #serving(): Promise<CliSession> {
    if (this.#session?.isOpen === true) return this.#session;
    const deadline = performance.now() + NEW_WORKER_LIMIT_MS;
    for (;;) {
      const session = await this.#open();
      if (await serves(session)) return (this.#session = session);
      session.close();
      if (performance.now() > deadline)
        throw new SluiceError('HAPROXY_NOT_RUNNING', `only a worker that is stopping answers on ${this.#path}`);
      await sleep(RETRY_AFTER_MS);
    }
  }

  async #open(): Promise<CliSession> {
    try {
      return await CliSession.open(this.#path, ANSWER_LIMIT_MS);
    } catch (error) {
      throw new SluiceError('HAPROXY_NOT_RUNNING', `no HAProxy worker answers on ${this.#path}`, error);
    }
  }
}

/** False also where the session broke: the worker behind it may just have ended. */
const serves = async (session: CliSession): Promise<boolean> => {
  try {
    const [answer = ''] = await session.ask(['show info'], ANSWER_LIMIT_MS);
    return parseInfo(answer)?.stopping === false;
  } catch (error) {
    if (session.isOpen) throw error;
    return false;
  }
};
