import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { AppInput } from '../../src/demo/specs/app-schema.ts';
import type { BenchEdge } from './edge.ts';
import type { Ends } from './ends.ts';
import { aDefinition, hostOf } from './many-definitions.ts';
import type { Prober } from './prober.ts';

/** Of each app. */
export const TASKS = 5;
export const AGENTS = TASKS + 3;

/**
 * An app that is measured. Its tasks are on agents of their own, so a new one has an address that no other has. With leastconn, and a
 * connection held on each task that is there, the next request goes to the new one: the turn of five others would hide most of the difference.
 */
export const measured = (name: string): AppInput =>
  aDefinition(name, TASKS, {
    constraints: [['hostname', 'UNIQUE']],
    labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: hostOf(name), HAPROXY_0_BALANCE: 'leastconn' },
  });

export const addressesOf = async ({ standIn }: BenchEdge, app: string): Promise<ReadonlySet<string>> =>
  new Set((await standIn.runningTasks(`/bench/${app}`)).map(({ host, port }) => `${host}:${port}`));

/** One WebSocket after the other: leastconn gives each task one. */
const holdConnections = async (port: number, host: string, ends: Ends): Promise<void> => {
  for (let count = 0; count < TASKS; count++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host } });
    ends.add(() => socket.terminate());
    await once(socket, 'open');
  }
};

/** The sixth task of a measured app. */
export class NewTask {
  readonly #edge: BenchEdge;
  readonly #prober: Prober;
  readonly #app: string;
  readonly #known: ReadonlySet<string>;

  private constructor(edge: BenchEdge, prober: Prober, app: string, known: ReadonlySet<string>) {
    this.#edge = edge;
    this.#prober = prober;
    this.#app = app;
    this.#known = known;
  }

  static async open(edge: BenchEdge, prober: Prober, app: string, ends: Ends): Promise<NewTask> {
    await holdConnections(edge.ports.http, hostOf(app), ends);
    return new NewTask(edge, prober, app, await addressesOf(edge, app));
  }

  /** Addresses of the five others. */
  get known(): ReadonlySet<string> {
    return this.#known;
  }

  /** Asks without a pause until a task answers that was not there before. When that was. */
  async firstAnswer(): Promise<number> {
    return this.#prober.until(hostOf(this.#app), ({ from }) => from !== undefined && !this.#known.has(from), 0);
  }

  /** It comes: from just before its first event to its first answer through HAProxy, in ms. Then it goes again. */
  async measure(): Promise<number> {
    const { standIn } = this.#edge;
    const [{ taskId, sentAtMs }, liveAtMs] = await Promise.all([standIn.addTask(`/bench/${this.#app}`), this.firstAnswer()]);
    await standIn.removeTask(`/bench/${this.#app}`, taskId);
    return liveAtMs - sentAtMs;
  }
}
