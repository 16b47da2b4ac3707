import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { generate } from 'selfsigned';
import { WebSocketServer } from 'ws';
import { answerRequest, identityHeaders, type ServedPort, type ServingState } from './answer.ts';
import type { Behaviour } from './behaviour.ts';
import type { TaskIdentity } from './task-upstream.ts';

interface Served {
  readonly identity: TaskIdentity;
  readonly port: ServedPort;
  readonly behaviour: Behaviour;
  readonly state: ServingState;
}

/** One port of a fake task: HTTP with WebSocket echo, or lines over TCP. Knows its sockets, so that it can end them. */
export class Listener {
  readonly #served: Served;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(served: Served) {
    this.#served = served;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** @throws the system's error, e.g. EADDRINUSE */
  async open(): Promise<void> {
    const server = this.#served.behaviour.mode === 'tcp' ? this.#tcpServer() : await this.#httpServer();
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      // A peer that resets a connection is everyday life here; 'close' follows and is what counts.
      socket.on('error', () => socket.destroy());
    });
    server.listen(this.#served.port.port, this.#served.port.host);
    await once(server, 'listening');
    this.#server = server;
  }

  /** Takes no new connections; those that are open go on. */
  stopAccepting(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Resolves when the last connection has ended. */
  async emptied(): Promise<void> {
    await Promise.all([...this.#sockets].map(async (socket) => (socket.destroyed ? [] : once(socket, 'close'))));
  }

  /** Stops accepting and ends what is open. */
  async close(): Promise<void> {
    const server = this.#server;
    const closed = server === undefined ? undefined : once(server, 'close');
    this.stopAccepting();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #httpServer(): Promise<Server> {
    const answer = (request: IncomingMessage, response: ServerResponse): void => answerRequest(request, response, this.#served);
    const options = { keepAliveTimeout: 60_000 };
    const isTls = this.#served.behaviour.mode === 'https';
    const server = isTls ? createTlsServer({ ...options, ...(await selfSigned()) }, answer) : createHttpServer(options, answer);
    const webSockets = new WebSocketServer({ noServer: true });
    webSockets.on('headers', (headers) => {
      for (const [name, value] of Object.entries(identityHeaders(this.#served.identity))) headers.push(`${name}: ${value}`);
    });
    server.on('upgrade', (request, socket, head) => {
      webSockets.handleUpgrade(request, socket, head, (client) => {
        client.send(JSON.stringify({ ...this.#served.identity, ...this.#served.port, path: request.url }));
        client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
        // A broken peer ends the socket; there is nobody to tell.
        client.on('error', () => client.terminate());
      });
    });
    return server;
  }

  #tcpServer(): Server {
    return createTcpServer((socket) => {
      const lines = createInterface({ input: socket, crlfDelay: Infinity });
      lines.on('line', (line) => {
        if (!this.#served.state.hanging && !socket.destroyed) socket.write(`${this.#served.identity.task} ${line}\n`);
      });
      lines.on('error', () => socket.destroy());
    });
  }
}

async function selfSigned(): Promise<{ readonly key: string; readonly cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'task' }], { keyType: 'ec' });
  return { key, cert };
}

/** A port that is free at an address just now. */
export async function freePort(host: string): Promise<number> {
  const server = createTcpServer();
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error(`no port at ${host}`);
  return address.port;
}
