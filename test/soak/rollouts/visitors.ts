import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { WebSocketCounts } from '../../../bench/kit/load/web-sockets.ts';

export interface VisitorsOptions {
  /** Http frontends, taken in turn. */
  readonly ports: readonly number[];
  readonly host: string;
  /** Requests on a connection of their own. */
  readonly newPerSecond: number;
}

export type VisitorsOrder =
  { readonly kind: 'open-web-sockets'; readonly count: number } | { readonly kind: 'close-web-sockets' | 'tell' | 'stop' };

export interface Request {
  /** Unix time. */
  readonly beganMs: number;
  readonly endedMs: number;
  /** Who answered; '': none of the apps. */
  readonly app: string;
  /** 'ok', 'status 503', 'ECONNREFUSED', 'closed before the answer', ... */
  readonly outcome: string;
}

export interface VisitorsState {
  readonly requests: number;
  readonly failed: number;
  /** As it was reached. */
  readonly newPerSecond: number;
  readonly openWebSockets: number;
  /** By port. */
  readonly webSockets: readonly WebSocketCounts[];
}

export interface VisitorsReport extends VisitorsState {
  readonly all: readonly Request[];
}

/** Clients of one host without a break: new connections, kept ones, and WebSockets that stay. */
export class Visitors {
  readonly #child: ChildProcess;

  constructor(options: VisitorsOptions) {
    this.#child = fork(new URL('visitors-child.ts', import.meta.url), [JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
  }

  async openWebSockets(count: number): Promise<VisitorsState> {
    return this.#ask({ kind: 'open-web-sockets', count });
  }

  /** They leave by themselves. */
  async closeWebSockets(): Promise<VisitorsState> {
    return this.#ask({ kind: 'close-web-sockets' });
  }

  async tell(): Promise<VisitorsState> {
    return this.#ask({ kind: 'tell' });
  }

  async stop(): Promise<VisitorsReport> {
    return (await this.#ask({ kind: 'stop' })) as VisitorsReport;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || !this.#child.connected) return;
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }

  /** One after the other. */
  async #ask(order: VisitorsOrder): Promise<VisitorsState> {
    const answer = once(this.#child, 'message');
    this.#child.send(order);
    const [state] = (await answer) as [VisitorsState];
    return state;
  }
}
