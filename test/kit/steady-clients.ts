import { Agent, type IncomingMessage, request } from 'node:http';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { atEnd } from './at-end.ts';
import { waitFor } from './wait-for.ts';

/** What the clients ask for, again and again. */
export interface Visit {
  readonly host: string;
  /** 127.0.0.1 unless told otherwise. */
  readonly address?: string;
  readonly port: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SteadyOptions {
  /** Clients that keep their connection. */
  readonly kept?: number;
  /** Clients that open a connection for each request. */
  readonly fresh?: number;
  /** WebSockets that send a message and wait for its echo. */
  readonly webSockets?: number;
  /** Between an answer and the next request of a client. */
  readonly pauseMs?: number;
}

/** Something that a client did not get as it should. */
export interface Failure {
  /** 'status 503', 'ECONNREFUSED', 'closed without an answer', 'cut in the middle', 'too late', 'websocket ended (1006)', ... */
  readonly kind: string;
  /** Which client asked for what; where known, who had answered. */
  readonly what: string;
}

export interface Seen {
  readonly requests: number;
  readonly failures: readonly Failure[];
  /** Answers by X-Task-Id. */
  readonly byTask: ReadonlyMap<string, number>;
  /** Answers by X-App-Version. */
  readonly byVersion: ReadonlyMap<string, number>;
  /** Echoes on WebSockets. */
  readonly echoes: number;
  /** WebSockets that were ended by the other side; each was opened again. */
  readonly endedWebSockets: number;
}

const LIMIT_MS = 10_000;

const one = (header: string | string[] | undefined): string => (typeof header === 'string' ? header : '');

const messageOf = (error: Error & { readonly code?: string }): string =>
  error.message === 'socket hang up' ? 'closed without an answer' : (error.code ?? error.message);

/**
 * Clients that ask without a break while a test changes something, and remember each thing that went wrong with its kind. They never retry:
 * a client that does hides what the load balancer dropped.
 */
export class SteadyClients {
  readonly #visits: readonly Visit[];
  readonly #options: Required<SteadyOptions>;
  readonly #ending = new AbortController();
  readonly #clients: Promise<void>[] = [];
  readonly #failures: Failure[] = [];
  readonly #byTask = new Map<string, number>();
  readonly #byVersion = new Map<string, number>();
  #requests = 0;
  #echoes = 0;
  #endedWebSockets = 0;

  constructor(visits: readonly Visit[], options: SteadyOptions = {}) {
    this.#visits = visits;
    this.#options = { kept: 4, fresh: 4, webSockets: 0, pauseMs: 10, ...options };
    for (const visit of visits) this.#start(visit);
  }

  get seen(): Seen {
    return {
      requests: this.#requests,
      failures: [...this.#failures],
      byTask: new Map(this.#byTask),
      byVersion: new Map(this.#byVersion),
      echoes: this.#echoes,
      endedWebSockets: this.#endedWebSockets,
    };
  }

  /** Forgets who answered so far, not what failed. */
  forgetAnswers(): void {
    this.#byTask.clear();
    this.#byVersion.clear();
  }

  /** Resolves when every client has asked again, often enough to have met every server. */
  async moreRequests(count = 40 * this.#visits.length): Promise<void> {
    const [requests, echoes] = [this.#requests, this.#echoes];
    const echoesWanted = this.#options.webSockets * this.#visits.length;
    await waitFor('the steady clients have asked again', () => this.#requests >= requests + count && this.#echoes >= echoes + echoesWanted);
  }

  /** Ends them and tells what they saw. */
  async stop(): Promise<Seen> {
    this.#ending.abort();
    await Promise.all(this.#clients);
    return this.seen;
  }

  #start(visit: Visit): void {
    const { kept, fresh, webSockets } = this.#options;
    for (let at = 0; at < kept; at++) this.#clients.push(this.#ask(visit, 'kept'));
    for (let at = 0; at < fresh; at++) this.#clients.push(this.#ask(visit, 'fresh'));
    for (let at = 0; at < webSockets; at++) this.#clients.push(this.#talk(visit));
  }

  async #ask(visit: Visit, connection: 'kept' | 'fresh'): Promise<void> {
    const agent = new Agent({ keepAlive: connection === 'kept', maxSockets: 1 });
    try {
      while (!this.#ending.signal.aborted) {
        await this.#askOnce(visit, agent, connection);
        await this.#pause();
      }
    } finally {
      agent.destroy();
    }
  }

  async #askOnce(visit: Visit, agent: Agent, connection: string): Promise<void> {
    this.#requests += 1;
    const path = visit.path ?? '/';
    const what = `${connection} connection to ${visit.host}${path}`;
    try {
      const { statusCode = 0, headers } = await ask(visit, agent);
      if (statusCode !== 200) this.#failures.push({ kind: `status ${statusCode}`, what: `${what}, ${one(headers['x-task-id'])}` });
      else this.#count(one(headers['x-task-id']), one(headers['x-app-version']));
    } catch (error) {
      this.#failures.push({ kind: messageOf(error as Error), what });
    }
  }

  #count(task: string, version: string): void {
    this.#byTask.set(task, (this.#byTask.get(task) ?? 0) + 1);
    this.#byVersion.set(version, (this.#byVersion.get(version) ?? 0) + 1);
  }

  async #talk(visit: Visit): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#talkOnce(visit);
      await this.#pause();
    }
  }

  /** Opens a WebSocket and talks until either side ends it. */
  async #talkOnce({ host, address = '127.0.0.1', port, path = '/' }: Visit): Promise<void> {
    const socket = new WebSocket(`ws://${address}:${port}${path}`, { headers: { host }, handshakeTimeout: LIMIT_MS });
    let isOpen = false;
    let task = '';
    const stop = (): void => socket.terminate();
    await new Promise<void>((resolve) => {
      socket.on('upgrade', ({ headers }) => (task = one(headers['x-task-id'])));
      socket.on('open', () => (isOpen = true));
      // The task greets first; then each echo is answered by the next message.
      socket.on('message', () => {
        this.#echoes += 1;
        setTimeout(() => socket.send('again', () => undefined), this.#options.pauseMs);
      });
      socket.on('error', (error) => {
        if (!this.#ending.signal.aborted && !isOpen)
          this.#failures.push({ kind: `websocket: ${messageOf(error)}`, what: `${host}${path}` });
      });
      socket.on('close', (code) => {
        if (isOpen && !this.#ending.signal.aborted) {
          this.#endedWebSockets += 1;
          this.#failures.push({ kind: `websocket ended (${code})`, what: `${host}${path}, ${task}` });
        }
        resolve();
      });
      this.#ending.signal.addEventListener('abort', stop, { once: true });
      if (this.#ending.signal.aborted) stop();
    });
    this.#ending.signal.removeEventListener('abort', stop);
  }

  async #pause(): Promise<void> {
    // An end cuts the pause short.
    await wait(this.#options.pauseMs, undefined, { signal: this.#ending.signal }).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) throw error;
    });
  }
}

/** Clients that end with the test, however that ends; they have asked a few times already. */
export const steadyClients = async (t: TestContext, visits: readonly Visit[], options: SteadyOptions = {}): Promise<SteadyClients> => {
  const clients = new SteadyClients(visits, options);
  atEnd(t, async () => clients.stop());
  await clients.moreRequests();
  return clients;
};

/** One GET. Rejects when there is no whole answer. */
const ask = async ({ host, address = '127.0.0.1', port, path = '/', headers }: Visit, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host: address, port, path, agent, headers: { host, ...headers } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
      response.on('error', () => reject(new Error('cut in the middle')));
    });
    outgoing.setTimeout(LIMIT_MS, () => outgoing.destroy(new Error('too late')));
    outgoing.on('error', reject);
    outgoing.end();
  });

/** Failures other than WebSockets that ended with the task they were on. */
export const failuresBesides = (seen: Seen, endedTasks: ReadonlySet<string>): readonly Failure[] =>
  seen.failures.filter(
    ({ kind, what }) => !(kind.startsWith('websocket ended') && [...endedTasks].some((task) => what.endsWith(`, ${task}`))),
  );
