import { axfrHead } from './rest/told-zone.ts';
import { Authority } from '../dns/answer/authority.ts';
import { closed, type Rename } from '../dns/answer/renames.ts';
import { explain } from '../dns/explain/explain.ts';
import type { Explanation } from '../dns/explain/explanation.ts';
import { Feed } from '../dns/feed.ts';
import { toName } from '../dns/name.ts';
import { RCODE } from '../dns/packet/codes.ts';
import { errorReply } from '../dns/packet/reply.ts';
import { Zone } from '../dns/zone.ts';
import { Access } from './access.ts';
import type { Address } from './address.ts';
import { Answering, type Client } from './answering.ts';
import { Counts } from './counts.ts';
import type { DnsOptions } from './dns-responder.ts';
import type { ListenerState } from './listeners.ts';
import type { Responder, Tell } from './messages.ts';
import { frameworksOf } from './rest/frameworks.ts';
import { RestListeners, type RestListenersOptions } from './rest/rest-listeners.ts';
import { Transfers } from './transfers.ts';

/** What the process that makes JSON of the zone is begun with. Plain data. */
export interface RecordsOptions {
  /** None: it is asked by the main process alone. */
  readonly listen: readonly Address[];
  readonly zone: DnsOptions['zone'];
  readonly answer: DnsOptions['answer'];
  /** Absent: near networks. */
  readonly allow?: readonly string[];
  /** What `/v1/config` tells, besides the serial. */
  readonly config: object;
  readonly refreshSeconds: number;
  readonly isEnumerable: boolean;
  readonly version: string;
}

/** How that process is. Plain data. */
export interface RecordsFacts {
  readonly listeners: readonly ListenerState[];
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

/** What the main process may ask it. Plain data. */
export interface RecordsQuestion {
  readonly kind: 'explain';
  readonly name: string;
  readonly type: number;
}

const factsOf = (listeners: RestListeners): RecordsFacts => {
  const { user, system } = process.cpuUsage();
  return { listeners: listeners.states, residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
};

/** A question by HTTPS is answered as one by TCP. Nobody is asked about names that are not ours, and none is sent a whole zone. */
const messageAnswerer = (answering: Answering) => async (query: Buffer, address: string) => {
  const client: Client = { transport: 'tcp', address };
  const reply = answering.answer(query, client);
  switch (reply.kind) {
    case 'reply':
      return reply.bytes;
    case 'later':
      return reply.bytes;
    default:
      return errorReply(query, RCODE.REFUSED);
  }
};

/** @throws Error: the name is none */
const explainIn = (zone: Zone, renames: readonly Rename[], { name, type }: RecordsQuestion): Explanation => {
  const asked = toName(name);
  if (asked === undefined) throw new Error(`not a domain name: ${name}`);
  return explain(zone, closed(renames), { name: asked, type });
};

/** What is told of the zone, and by whose questions, besides where. */
const restOptions = (
  options: RecordsOptions,
  { zone, feed }: { readonly zone: Zone; readonly feed: Feed },
): RestListenersOptions['rest'] => {
  const access = new Access(options.allow, []);
  const { nsid, ...answer } = options.answer;
  const authority = new Authority(zone, { ...answer, nsid: Buffer.from(nsid), random: Math.random, freshness: () => feed.freshness });
  const answering = new Answering({
    ...{ authority, access, counts: new Counts(), transfers: new Transfers(zone) },
    ...{ rateLimit: undefined, others: undefined },
  });
  return {
    zone: () => zone,
    frameworks: () => frameworksOf(zone),
    freshness: () => feed.freshness,
    config: () => ({ ...options.config, SOASerial: zone.serial }),
    head: axfrHead(options.zone, options.refreshSeconds),
    enumeration: options.isEnumerable,
    version: options.version,
    mayAsk: (address) => access.mayAsk(address),
    answerMessage: messageAnswerer(answering),
  };
};

/** A zone of its own, and Mesos-DNS's REST interface over it: what takes long here no question by DNS waits for. */
export const openRecords = (options: RecordsOptions, tell: Tell): Responder & { readonly close: () => Promise<void> } => {
  const zone = new Zone(options.zone);
  const feed = new Feed(zone, Date.now());
  const listeners = new RestListeners({ listen: options.listen, rest: restOptions(options, { zone, feed }), onChange: tell.facts });
  return {
    take: (message) => feed.take(message),
    ask: async (question) => explainIn(zone, options.answer.renames, question as RecordsQuestion),
    facts: () => factsOf(listeners),
    close: async () => listeners.close(),
  };
};
