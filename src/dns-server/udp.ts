import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import type { Answering } from './answering.ts';
import type { Address } from './address.ts';
import type { Counts } from './counts.ts';

/** What waits in the kernel while an answer or a change is made: some ten thousand questions. The kernel gives as much as it may. */
const RECEIVE_BYTES = 4 * 1024 * 1024;

interface UdpOptions {
  readonly answering: Answering;
  readonly counts: Counts;
}

/** Questions by UDP at one address. */
export class UdpListener {
  readonly #socket: Socket;
  readonly #options: UdpOptions;
  #isClosed = false;

  private constructor(socket: Socket, options: UdpOptions) {
    this.#socket = socket;
    this.#options = options;
    // Of a send that failed: that answer is lost, as any on its way may be.
    socket.on('error', () => options.counts.note('unsent'));
    socket.on('message', (query, from) => this.#answer(query, from));
  }

  /** Rejects where the address cannot be had. */
  static async open({ address, port }: Address, options: UdpOptions): Promise<UdpListener> {
    const isIpv6 = address.includes(':');
    const socket = createSocket({
      type: isIpv6 ? 'udp6' : 'udp4',
      ipv6Only: isIpv6,
      // Each answer goes to an address: looking that up as a name costs a microsecond and more.
      lookup: (host, _, found) => found(null, host, isIpv6 ? 6 : 4),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', reject);
        resolve();
      });
    }).catch((error: unknown) => {
      socket.close();
      throw error;
    });
    socket.setRecvBufferSize(RECEIVE_BYTES);
    return new UdpListener(socket, options);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #answer(query: Buffer, from: RemoteInfo): void {
    const { answering, counts } = this.#options;
    const beganAt = performance.now();
    const reply = answering.answer(query, { transport: 'udp', address: from.address });
    switch (reply.kind) {
      case 'reply':
        this.#send(reply.bytes, from);
        counts.noteSeconds((performance.now() - beganAt) / 1000);
        return;
      case 'later':
        void reply.bytes.then((bytes) => this.#send(bytes, from));
        return;
      // There are none by UDP: who asks for a zone has an answer.
      case 'messages':
      case 'drop':
    }
  }

  #send(bytes: Uint8Array, { port, address }: RemoteInfo): void {
    // An answer of others may come when nobody listens here any more.
    if (this.#isClosed) return;
    this.#socket.send(bytes, port, address);
  }
}
