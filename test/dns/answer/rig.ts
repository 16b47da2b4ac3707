import dnsPacket from 'dns-packet';
import type { DecodedPacket, Packet } from 'dns-packet';
import { Authority } from '../../../src/dns/answer/authority.ts';
import type { AnswerOptions } from '../../../src/dns/answer/options.ts';
import type { Reply } from '../../../src/dns/answer/frame.ts';
import { knownName } from '../../../src/dns/name.ts';
import type { ZoneView } from '../../../src/dns/zone-view.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export const usual: AnswerOptions = {
  recurseOn: true,
  setTruncateBit: true,
  maxUdpSize: 1232,
  minimalAny: true,
  srvUnknown: 'nxdomain',
  renames: [],
  random: seeded(1),
  freshness: () => ({ state: 'fresh' }),
  neverLeak: [knownName('mesos'), knownName('directory')],
};

export const authorityOf = (zone: ZoneView, options: Partial<AnswerOptions> = {}): Authority =>
  new Authority(zone, { ...usual, ...options });

const udp = { transport: 'udp', address: '127.0.0.1' } as const;
const tcp = { transport: 'tcp', address: '127.0.0.1' } as const;

export const question = (name: string, type: string, more: Partial<Packet> = {}): Buffer =>
  dnsPacket.encode({
    type: 'query',
    id: 4711,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type: type as 'A', class: 'IN' }],
    ...more,
  });

/** An OPT record as dns-packet takes it. */
export const opt = (payload: number, more: object = {}): Partial<Packet> => ({
  additionals: [
    { type: 'OPT', name: '.', udpPayloadSize: payload, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [], ...more },
  ],
});

export const bytesOf = (reply: Reply): Buffer => {
  if (reply.kind !== 'reply') throw new Error(`not answered here: ${reply.kind}`);
  return reply.bytes;
};

export const ask = (authority: Authority, query: Buffer, transport: 'udp' | 'tcp' = 'udp'): DecodedPacket =>
  dnsPacket.decode(bytesOf(authority.answer(query, transport === 'udp' ? udp : tcp)));

const shownData = (data: unknown): string => {
  if (typeof data === 'string') return data;
  if (Buffer.isBuffer(data)) return data.toString('latin1');
  if (Array.isArray(data)) return data.map(shownData).join(' ');
  const { priority, weight, port, target, mname, cpu } = data as Record<string, unknown>;
  if (cpu !== undefined) return cpu as string;
  return mname === undefined ? [priority, weight, port, target].join(' ') : `soa of ${mname as string}`;
};

/** Each record a line, 'web.mesos A 10.0.0.1', in order of text; the OPT record left out. */
export const linesOf = (records: DecodedPacket['answers']): readonly string[] =>
  (records ?? [])
    .filter(({ type }) => type !== 'OPT')
    .map((record) => `${record.name} ${record.type} ${shownData('data' in record ? record.data : '')}`)
    .toSorted();

export interface Shown {
  readonly rcode: string;
  readonly answers: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

export const shown = (packet: DecodedPacket): Shown => ({
  rcode: (packet as unknown as { rcode: string }).rcode,
  answers: linesOf(packet.answers),
  authority: linesOf(packet.authorities),
  additional: linesOf(packet.additionals),
});
