import { createServer, type Server, type Socket } from 'node:net';
import type { Address } from './address.ts';
import type { Answering } from './answering.ts';
import type { Counts } from './counts.ts';
import { TcpConnection } from './tcp-connection.ts';

export interface TcpLimits {
  /** Without a whole question or an answer that was taken. */
  readonly idleMs: number;
  readonly connections: number;
  readonly connectionsOfClient: number;
}

/** RFC 7766, 6.2.3: seconds. */
export const TCP_LIMITS: TcpLimits = { idleMs: 10_000, connections: 512, connectionsOfClient: 64 };

interface TcpOptions {
  readonly answering: Answering;
  readonly counts: Counts;
  readonly limits: TcpLimits;
}

/** Questions by TCP at one address (RFC 7766). */
export class TcpListener {
  readonly #server: Server;
  readonly #options: TcpOptions;
  readonly #connections = new Set<TcpConnection>();

  private constructor(server: Server, options: TcpOptions) {
    this.#server = server;
    this.#options = options;
    server.on('connection', (socket) => this.#take(socket));
    // Of accepting one: no descriptor left. The next one may be had.
    server.on('error', () => options.counts.note('dropped'));
  }

  /** Rejects where the address cannot be had. */
  static async open({ address, port }: Address, options: TcpOptions): Promise<TcpListener> {
    // Who has sent all its questions may say so, and is answered still.
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port, exclusive: true, ipv6Only: address.includes(':') }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new TcpListener(server, options);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.end();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #take(socket: Socket): void {
    const { answering, counts, limits } = this.#options;
    counts.connections += 1;
    const address = socket.remoteAddress;
    if (address === undefined || this.#countOf(address) >= limits.connectionsOfClient) {
      socket.destroy();
      return;
    }
    if (this.#connections.size >= limits.connections) this.#endIdlest();
    const connection = new TcpConnection(socket, { answering, counts, address, idleMs: limits.idleMs });
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  #countOf(address: string): number {
    return this.#connections.values().reduce((count, connection) => count + Number(connection.address === address), 0);
  }

  /** Whoever holds connections and says nothing must not keep others out. */
  #endIdlest(): void {
    let idlest: TcpConnection | undefined;
    for (const connection of this.#connections) if (idlest === undefined || connection.usedAt < idlest.usedAt) idlest = connection;
    idlest?.end();
    if (idlest !== undefined) this.#connections.delete(idlest);
  }
}
