import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { TestContext } from 'node:test';
import { type Answer, type DecodedPacket, decode, encode, RECURSION_AVAILABLE, TRUNCATED_RESPONSE } from 'dns-packet';
import { lastly } from './lastly.ts';

/** A query as an upstream has seen it. */
export interface SeenQuery {
  readonly transport: 'udp' | 'tcp';
  /** As it was spelled. */
  readonly name: string;
  readonly type: string;
  readonly id: number;
  readonly hasEdns: boolean;
  /** The port it came from. */
  readonly port: number;
  readonly packet: DecodedPacket;
  readonly bytes: Buffer;
}

/** Packets in answer, in order; none: silence. */
export type Behaviour = (query: SeenQuery) => Buffer | readonly Buffer[] | undefined | Promise<Buffer | undefined>;

export interface ReplyShape {
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly additionals?: readonly Answer[];
  readonly rcode?: number;
  readonly isTruncated?: boolean;
  readonly id?: number;
  /** Of its question. */
  readonly name?: string;
  readonly hasEdns?: boolean;
}

const OPT: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  flags: 0,
  options: [],
  extendedRcode: 0,
  ednsVersion: 0,
  flag_do: false,
};

/** An answer to that query, right in every way that is not said otherwise. */
export const replyTo = (query: SeenQuery, shape: ReplyShape = {}): Buffer =>
  encode({
    type: 'response',
    id: shape.id ?? query.id,
    flags: RECURSION_AVAILABLE | (shape.isTruncated === true ? TRUNCATED_RESPONSE : 0) | (shape.rcode ?? 0),
    questions: [{ ...query.packet.questions?.[0], name: shape.name ?? query.name } as { name: string; type: 'A' }],
    answers: [...(shape.answers ?? [])],
    authorities: [...(shape.authorities ?? [])],
    additionals: [...(shape.additionals ?? []), ...((shape.hasEdns ?? query.hasEdns) ? [OPT] : [])],
  });

export const anA = (name: string, data: string, ttl = 60): Answer => ({ type: 'A', name, data, ttl });

export const aSoa = (name: string, minimum: number, ttl = minimum): Answer => ({
  type: 'SOA',
  name,
  ttl,
  data: { mname: `ns.${name}`, rname: `root.${name}`, serial: 1, refresh: 60, retry: 60, expire: 60, minimum },
});

/** Answers every question with that address. */
export const always =
  (data: string, ttl = 60): Behaviour =>
  (query) =>
    replyTo(query, { answers: [anA(query.name, data, ttl)] });

const seenQuery = (bytes: Buffer, transport: 'udp' | 'tcp', port: number): SeenQuery => {
  const packet = decode(bytes);
  const { name = '', type = 'A' } = packet.questions?.[0] ?? {};
  const hasEdns = packet.additionals?.some((one) => one.type === 'OPT') === true;
  return { transport, name, type, id: packet.id ?? 0, hasEdns, port, packet, bytes };
};

/** A server that others ask, on a loopback port, by UDP and TCP; it behaves as the test says. */
export class DnsUpstream {
  readonly place: { readonly host: string; readonly port: number };
  readonly seen: SeenQuery[] = [];
  behave: Behaviour;
  readonly #udp: UdpSocket;
  readonly #tcp: Server;

  private constructor(udp: UdpSocket, tcp: Server, behave: Behaviour) {
    this.#udp = udp;
    this.#tcp = tcp;
    this.behave = behave;
    this.place = { host: udp.address().address, port: udp.address().port };
    udp.on('message', (bytes, from) => void this.#overUdp(bytes, from));
    tcp.on('connection', (socket) => {
      const parts: Buffer[] = [];
      socket.on('error', () => socket.destroy());
      socket.on('data', (part) => {
        parts.push(part);
        const whole = Buffer.concat(parts);
        if (whole.length < 2 || whole.length < 2 + whole.readUInt16BE(0)) return;
        void this.#packets(seenQuery(whole.subarray(2), 'tcp', socket.remotePort ?? 0)).then((packets) => {
          const frames = packets.map((packet) => Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 0xff]), packet]));
          if (frames.length > 0) socket.end(Buffer.concat(frames));
        });
      });
    });
  }

  static async open(t: TestContext, behave: Behaviour, host = '127.0.0.1'): Promise<DnsUpstream> {
    for (;;) {
      const tcp = createServer();
      tcp.listen(0, host);
      await once(tcp, 'listening');
      const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      udp.bind((tcp.address() as AddressInfo).port, host);
      // Somebody else may have the port for UDP.
      const isBound = await once(udp, 'listening').then(
        () => true,
        () => false,
      );
      if (!isBound) {
        tcp.close();
        continue;
      }
      lastly(t, () => {
        udp.close();
        tcp.close();
      });
      return new DnsUpstream(udp, tcp, behave);
    }
  }

  /** From another port of the same host. */
  static async sendFromElsewhere(bytes: Buffer, port: number): Promise<void> {
    const socket = createSocket('udp4');
    await new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', resolve));
    socket.close();
  }

  /** Stops listening by TCP. */
  refuseTcp(): void {
    this.#tcp.close();
  }

  async #packets(query: SeenQuery): Promise<readonly Buffer[]> {
    this.seen.push(query);
    const packets = await this.behave(query);
    return packets === undefined ? [] : Buffer.isBuffer(packets) ? [packets] : packets;
  }

  async #overUdp(bytes: Buffer, { port, address }: RemoteInfo): Promise<void> {
    for (const packet of await this.#packets(seenQuery(bytes, 'udp', port))) this.#udp.send(packet, port, address);
  }
}
