import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { decode, type DecodedPacket, encode, type Packet } from 'dns-packet';
import { pino } from 'pino';
import type { NamedTask } from '../../src/dns/named-task.ts';
import type { DnsFacts, DnsOptions } from '../../src/dns-server/dns-responder.ts';
import { ResponderProcess } from '../../src/dns-server/responder-process.ts';
import { WholeFeed } from '../../src/dns-server/whole-feed.ts';
import { type Ending, lastly } from './lastly.ts';
import { waitFor } from './wait-for.ts';

export const aNamedTask = (nth: number, more: Partial<NamedTask> = {}): NamedTask => ({
  key: `marathon\nweb.${nth}`,
  framework: 'marathon',
  id: `web.${nth}`,
  name: 'web',
  discovery: { name: 'web', ports: [{ number: 80, protocol: 'tcp', name: 'http' }] },
  agentId: `a-S${nth % 7}`,
  agentAddresses: [`10.1.0.${(nth % 7) + 1}`],
  addresses: { netinfo: [`10.2.${nth >> 8}.${nth & 255}`] },
  hostPorts: [31_000 + (nth % 1000)],
  isMapped: false,
  fitness: 'fit',
  ...more,
});

/** Options of a responder on a loopback port. */
export const dnsOptionsFor = (more: Partial<DnsOptions> = {}): DnsOptions => ({
  listen: [{ address: '127.0.0.1', port: 0 }],
  zone: {
    ...{ domain: 'mesos', ttlSeconds: 5, negativeTtlSeconds: 2, soaMname: 'ns1.mesos', soaRname: 'root.ns1.mesos' },
    ...{ soaRefresh: 60, soaRetry: 600, soaExpire: 86_400, ipSources: ['netinfo', 'host'], enforceRfc952: false, srvWeight: 1 },
    ...{ listenerAddresses: ['127.0.0.1'], dcos: true, firstSerial: 1000, journalRecords: 10_000 },
  },
  answer: {
    ...{ recurseOn: true, setTruncateBit: true, maxUdpSize: 1232, minimalAny: true, srvUnknown: 'nxdomain', renames: [], neverLeak: [] },
    nsid: 'edge-1',
  },
  transferAllow: [],
  notify: [],
  ...more,
});

/** A responder in a process of its own, that was told everything. */
export interface DnsRig {
  readonly feed: WholeFeed;
  readonly process: ResponderProcess;
  /** Of the process that is there now, or of the next one. */
  readonly facts: (isSo?: (facts: DnsFacts) => boolean) => Promise<DnsFacts>;
  readonly port: () => Promise<number>;
}

export const startDns = async (
  t: Ending,
  options: Partial<DnsOptions> = {},
  tasks: readonly NamedTask[] = [aNamedTask(1), aNamedTask(2)],
): Promise<DnsRig> => {
  const feed = new WholeFeed();
  feed.take({ put: tasks });
  feed.takeFreshness({ state: 'fresh', sinceMs: Date.now() });
  const responder = new ResponderProcess({
    ...{ role: 'dns', feed, log: pino({ level: 'silent' }), mostSilentLooks: 4 },
    begin: () => dnsOptionsFor(options),
  });
  lastly(t, async () => responder.close());
  const facts: DnsRig['facts'] = async (isSo = (now) => now.hasWhole && now.listeners.length > 0) =>
    waitFor('the responder is as it should be', () => {
      const now = responder.facts as DnsFacts | undefined;
      return now !== undefined && isSo(now) ? now : undefined;
    });
  const port = async (): Promise<number> => (await facts()).listeners[0]?.port ?? 0;
  await facts();
  return { feed, process: responder, facts, port };
};

export const aQuery = (name: string, type: string, more: Partial<Packet> = {}): Buffer =>
  encode({
    type: 'query',
    id: Math.floor(Math.random() * 0x1_0000),
    questions: [{ name, type: type as 'A' }],
    ...more,
  });

/** By UDP, from any local address; rejects where nothing comes within `limitMs`. */
export const askUdp = async (port: number, query: Buffer, { from = '127.0.0.1', limitMs = 2000 } = {}): Promise<DecodedPacket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const done = (work: () => void): void => {
      clearTimeout(timer);
      socket.close();
      work();
    };
    const timer = setTimeout(() => done(() => reject(new Error('no answer'))), limitMs);
    socket.once('message', (bytes) => done(() => resolve(decode(bytes))));
    socket.once('error', (error) => done(() => reject(error)));
    socket.bind(0, from, () => socket.send(query, port, '127.0.0.1'));
  });

export const addressesIn = ({ answers = [] }: DecodedPacket): readonly string[] =>
  answers.flatMap((answer) => (answer.type === 'A' ? [answer.data] : [])).sort();

export const rcodeOf = (packet: DecodedPacket): string => (packet as unknown as { readonly rcode: string }).rcode;

/** A TCP client that keeps every message that comes. */
export class TcpClient {
  readonly socket: Socket;
  readonly messages: Buffer[] = [];
  /** The other side says nothing any more. */
  isOver = false;
  #rest = Buffer.alloc(0);

  constructor(t: Ending, port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    lastly(t, () => this.socket.destroy());
    this.socket.on('error', () => undefined);
    for (const event of ['end', 'close']) this.socket.on(event, () => (this.isOver = true));
    this.socket.on('data', (bytes) => this.#take(bytes));
  }

  /** With its length before it. */
  ask(query: Buffer): void {
    this.socket.write(Buffer.concat([Buffer.from([query.length >> 8, query.length & 0xff]), query]));
  }

  async answered(count: number): Promise<readonly DecodedPacket[]> {
    await waitFor(`${count} answers`, () => this.messages.length >= count);
    return this.messages.map((message) => decode(message));
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 2 && this.#rest.length >= 2 + this.#rest.readUInt16BE(0)) {
      const end = 2 + this.#rest.readUInt16BE(0);
      this.messages.push(this.#rest.subarray(2, end));
      this.#rest = this.#rest.subarray(end);
    }
  }
}
