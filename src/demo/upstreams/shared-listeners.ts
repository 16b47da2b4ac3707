import { ErrorShare, WELL } from './ailment.ts';
import { parseBehaviour } from './behaviour.ts';
import { freePort, Listener } from './listener.ts';

/** Listeners per agent: so many tasks of one app on one agent still have ports of their own. */
const LISTENERS_PER_AGENT = 8;

/** A few listeners per agent that answer for thousands of tasks. They cannot know for which, so they name only themselves. */
export class SharedListeners {
  readonly #listeners: Listener[] = [];
  readonly #ports = new Map<string, readonly number[]>();
  readonly #next = new Map<string, number>();

  async open(hosts: readonly string[]): Promise<void> {
    await Promise.all(hosts.map((host) => this.#openOn(host)));
  }

  /** The next port of an agent, in turn. */
  port(host: string): number {
    const ports = this.#ports.get(host) ?? [];
    const turn = this.#next.get(host) ?? 0;
    this.#next.set(host, turn + 1);
    return ports[turn % ports.length] ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  async #openOn(host: string): Promise<void> {
    const ports: number[] = [];
    for (let count = 0; count < LISTENERS_PER_AGENT; count++) {
      const port = await freePort(host);
      const listener = new Listener({
        identity: { app: 'shared', task: 'shared', version: '' },
        behaviour: parseBehaviour({}, []),
        state: { healthy: true, hanging: false, started: true, draining: false, errors: new ErrorShare(), ailment: () => WELL },
        port: { host, port },
      });
      await listener.open();
      this.#listeners.push(listener);
      ports.push(port);
    }
    this.#ports.set(host, ports);
  }
}
