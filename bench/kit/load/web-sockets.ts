import { WebSocket } from 'ws';

const EVERY_MS = 1000;

/** WebSockets that send something each second and expect it back. */
export class WebSockets {
  readonly #url: string;
  readonly #host: string;
  readonly #open = new Map<WebSocket, NodeJS.Timeout>();
  #broken = 0;
  #echoes = 0;
  #isClosing = false;

  constructor(port: number, host: string) {
    this.#url = `ws://127.0.0.1:${port}/`;
    this.#host = host;
  }

  get counts(): { readonly open: number; readonly broken: number; readonly echoes: number } {
    return { open: this.#open.size, broken: this.#broken, echoes: this.#echoes };
  }

  add(count: number): void {
    for (let index = 0; index < count; index++) this.#addOne();
  }

  close(): void {
    this.#isClosing = true;
    for (const socket of this.#open.keys()) socket.terminate();
  }

  #addOne(): void {
    const socket = new WebSocket(this.#url, { headers: { host: this.#host } });
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
      if (!this.#isClosing) this.#broken += 1;
    });
  }
}
