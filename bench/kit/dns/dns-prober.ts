import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encode } from 'dns-packet';
import { nowMs } from '../clock.ts';

const LIMIT_MS = 60_000;
/** A datagram may be lost. */
const ASK_AGAIN_MS = 250;

/** Asks one question again and again, without a pause. */
export class DnsProber {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #query: Buffer;

  private constructor(socket: Socket, port: number, query: Buffer) {
    this.#socket = socket;
    this.#port = port;
    this.#query = query;
  }

  static async open(port: number, name: string): Promise<DnsProber> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsProber(socket, port, encode({ type: 'query', id: 1, questions: [{ name, type: 'SRV' }] }));
  }

  /** Resolves to the moment, of nowMs(), at which there were as many services in the answer. */
  async until(count: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const ask = (): void => this.#socket.send(this.#query, this.#port, '127.0.0.1');
      const again = setInterval(ask, ASK_AGAIN_MS);
      const end = (): void => {
        clearInterval(again);
        clearTimeout(limit);
        this.#socket.off('message', hear);
      };
      const hear = (answer: Buffer): void => {
        if (answer.readUInt16BE(6) !== count) {
          ask();
          return;
        }
        end();
        resolve(nowMs());
      };
      const limit = setTimeout(() => {
        end();
        reject(new Error(`no answer with ${count} services in ${LIMIT_MS} ms`));
      }, LIMIT_MS);
      this.#socket.on('message', hear);
      ask();
    });
  }

  close(): void {
    this.#socket.close();
  }
}
