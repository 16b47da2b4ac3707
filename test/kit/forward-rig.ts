import type { TestContext } from 'node:test';
import { type DecodedPacket, decode, encode, type Packet } from 'dns-packet';
import { knownName } from '../../src/dns/name.ts';
import { type Client, Forwarder } from '../../src/dns-server/forward/forwarder.ts';
import type { ForwardLimits, ForwardOptions } from '../../src/dns-server/forward/options.ts';
import type { DnsUpstream } from './dns-upstream.ts';
import { lastly } from './lastly.ts';

/** No test that does not say so waits for one of these. */
const UNHURRIED = { hedgeMs: 20_000, againMs: 20_000, patienceMs: 30_000, staleAfterMs: 30_000, lateMs: 20_000 };

/** A clock that only the test moves. */
class Clock {
  ms = 1_000;
  readonly now = (): number => this.ms;
}

interface ForwardRig {
  readonly forwarder: Forwarder;
  readonly clock: Clock;
}

/** A forwarder to these, with limits of the test's. */
export const openForwarder = (
  t: TestContext,
  resolvers: readonly DnsUpstream['place'][],
  limits: Partial<ForwardLimits> = {},
  more: Partial<ForwardOptions> = {},
): ForwardRig => {
  const clock = new Clock();
  const routes = { resolvers, zones: [], neverAsked: [knownName('mesos')] };
  const forwarder = new Forwarder({ routes, ...more, limits: { ...UNHURRIED, ...limits } }, clock.now);
  lastly(t, () => forwarder.close());
  return { forwarder, clock };
};

const TYPES = { A: 1, TXT: 16, AXFR: 252 };

export interface QueryShape {
  readonly type?: keyof typeof TYPES;
  readonly class?: 'IN' | 'CH';
  readonly id?: number;
  /** Its EDNS payload size; absent: it has no EDNS. */
  readonly edns?: number;
  readonly client?: Client;
}

export const CLIENT: Client = { address: '10.0.0.9', transport: 'udp' };

export const queryFor = (name: string, { type = 'A', class: klass = 'IN', id = 77, edns }: QueryShape = {}): Buffer => {
  const opt = { type: 'OPT', name: '.', udpPayloadSize: edns, flags: 0, options: [], extendedRcode: 0, ednsVersion: 0, flag_do: false };
  const additionals = edns === undefined ? [] : [opt];
  return encode({ type: 'query', id, flags: 0x100, questions: [{ name, type, class: klass }], additionals } as Packet);
};

/** A reply, read by another's program. */
export interface ReadReply extends DecodedPacket {
  readonly rcode: string;
  readonly bytes: number;
}

export const readReplyOf = (bytes: Buffer): ReadReply => ({ ...decode(bytes), bytes: bytes.length }) as unknown as ReadReply;

export const askForwarder = async (forwarder: Forwarder, name: string, shape: QueryShape = {}): Promise<ReadReply> =>
  readReplyOf(
    await forwarder.ask(queryFor(name, shape), { name: knownName(name), type: TYPES[shape.type ?? 'A'] }, shape.client ?? CLIENT),
  );

export const addressesIn = ({ answers = [] }: DecodedPacket): readonly unknown[] =>
  answers.map((one) => (one.type === 'A' ? one.data : one.type));

/** Of the first record with one, in seconds. */
export const ttlIn = ({ answers = [], authorities = [] }: DecodedPacket): number | undefined =>
  [...answers, ...authorities].map((one) => ('ttl' in one ? one.ttl : undefined))[0];

/** The EDE code; undefined: there is none. */
export const edeIn = ({ additionals = [] }: DecodedPacket): number | undefined => {
  const opt = additionals.find((one) => one.type === 'OPT');
  const option = opt?.type === 'OPT' ? opt.options.find(({ code }) => (code as number) === 15) : undefined;
  return (option as { data?: Buffer } | undefined)?.data?.readUInt16BE(0);
};
