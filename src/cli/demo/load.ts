import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { messageOf } from '../../kit/error.ts';

/** What a client asks for: path and Host. */
export interface Visit {
  readonly host: string;
  readonly path: string;
}

/** What clients saw since the load began. */
export interface Tally {
  readonly requests: number;
  readonly failures: number;
  readonly lastFailure: string | undefined;
  /** Answers by version of the app, newest first seen last. */
  readonly byTask: ReadonlyMap<string, number>;
}

/** A small steady load through HAProxy: keep-alive clients that ask one after the other and count what is not a 200. */
export class Load {
  readonly #origin: string;
  readonly #visits: readonly Visit[];
  readonly #agent = new Agent({ connections: 4, headersTimeout: 5000, bodyTimeout: 5000, connectTimeout: 2000 });
  readonly #stop = new AbortController();
  readonly #clients: Promise<void>[] = [];
  #requests = 0;
  #failures = 0;
  #lastFailure: string | undefined;
  readonly #byTask = new Map<string, number>();

  constructor(origin: string, visits: readonly Visit[]) {
    this.#origin = origin;
    this.#visits = visits;
  }

  get tally(): Tally {
    return { requests: this.#requests, failures: this.#failures, lastFailure: this.#lastFailure, byTask: this.#byTask };
  }

  start(perSecond: number): void {
    for (const visit of this.#visits) this.#clients.push(this.#client(visit, (1000 * this.#visits.length) / perSecond));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#clients);
    await this.#agent.close();
  }

  async #client(visit: Visit, pauseMs: number): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#visit(visit);
      // An abort ends the pause, not the program.
      await wait(pauseMs, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
        if (!this.#stop.signal.aborted) throw error;
      });
    }
  }

  async #visit({ host, path }: Visit): Promise<void> {
    this.#requests += 1;
    try {
      const answer = await request(`${this.#origin}${path}`, { dispatcher: this.#agent, headers: { host } });
      await answer.body.dump();
      if (answer.statusCode !== 200) this.#failed(`${host}${path}: ${answer.statusCode}`);
      else this.#count(String(answer.headers['x-task-id'] ?? '?'));
    } catch (error) {
      this.#failed(`${host}${path}: ${messageOf(error)}`);
    }
  }

  #count(task: string): void {
    this.#byTask.set(task, (this.#byTask.get(task) ?? 0) + 1);
  }

  #failed(what: string): void {
    this.#failures += 1;
    this.#lastFailure = what;
  }
}
