import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Outcomes } from './tally.ts';
import type { WebSocketCounts } from './web-sockets.ts';

export interface LoadOptions {
  /** Of HAProxy's http frontend. */
  readonly port: number;
  /** Virtual hosts, taken in turn. */
  readonly hosts: readonly string[];
  readonly webSocketHost: string;
  readonly newPerSecond: number;
  readonly keptPerSecond: number;
  readonly keptConnections: number;
}

export type LoadOrder = { readonly kind: 'open-web-sockets'; readonly count: number } | { readonly kind: 'stop' };

interface Requests {
  /** As it was reached. */
  readonly perSecond: number;
  readonly outcomes: Outcomes;
  readonly p99Ms: number;
}

export interface LoadReport {
  readonly fresh: Requests;
  readonly kept: Requests;
  readonly webSockets: WebSocketCounts;
}

/** Clients in a process of their own: new connections, kept connections and WebSockets. */
export class LoadProcess {
  readonly #child: ChildProcess;

  constructor(options: LoadOptions) {
    this.#child = fork(new URL('load-child.ts', import.meta.url), [JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  openWebSockets(count: number): void {
    this.#child.send({ kind: 'open-web-sockets', count } satisfies LoadOrder);
  }

  async stop(): Promise<LoadReport> {
    const answer = once(this.#child, 'message');
    this.#child.send({ kind: 'stop' } satisfies LoadOrder);
    const [report] = (await answer) as [LoadReport];
    return report;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || !this.#child.connected) return;
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }
}
