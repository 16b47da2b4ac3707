import { WebSocket } from 'ws';

const EVERY_MS = 1000;

export interface WebSocketCounts {
  readonly open: number;
  /** That were ended by the other side, or never opened. */
  readonly broken: number;
  /** Of these, by the app that they were on; '': they never opened. */
  readonly brokenBy: Readonly<Record<string, number>>;
  readonly echoes: number;
}

/** WebSockets that send something each second and expect it back. */
export class WebSockets {
  readonly #url: string;
  readonly #host: string;
  readonly #open = new Map<WebSocket, NodeJS.Timeout>();
  readonly #leaving = new WeakSet<WebSocket>();
  readonly #brokenBy = new Map<string, number>();
  #echoes = 0;

  constructor(port: number, host: string) {
    this.#url = `ws://127.0.0.1:${port}/`;
    this.#host = host;
  }

  get counts(): WebSocketCounts {
    const broken = [...this.#brokenBy.values()].reduce((sum, count) => sum + count, 0);
    return { open: this.#open.size, broken, brokenBy: Object.fromEntries(this.#brokenBy), echoes: this.#echoes };
  }

  add(count: number): void {
    for (let index = 0; index < count; index++) this.#addOne();
  }

  /** Those that are open leave by themselves. */
  close(): void {
    for (const socket of this.#open.keys()) {
      this.#leaving.add(socket);
      socket.terminate();
    }
  }

  #addOne(): void {
    const socket = new WebSocket(this.#url, { headers: { host: this.#host } });
    let app = '';
    socket.on('upgrade', ({ headers }) => (app = String(headers['x-app-id'] ?? 'an app')));
    socket.on('open', () =>
      this.#open.set(
        socket,
        setInterval(() => socket.send('hello'), EVERY_MS),
      ),
    );
    socket.on('message', () => (this.#echoes += 1));
    // 'close' follows, and counts.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(this.#open.get(socket));
      this.#open.delete(socket);
      if (!this.#leaving.has(socket)) this.#brokenBy.set(app, (this.#brokenBy.get(app) ?? 0) + 1);
    });
  }
}
