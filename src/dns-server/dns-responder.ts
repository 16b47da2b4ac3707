import { Authority } from '../dns/answer/authority.ts';
import type { AnswerOptions } from '../dns/answer/options.ts';
import { Feed } from '../dns/feed.ts';
import { knownName, type Name } from '../dns/name.ts';
import { Zone } from '../dns/zone.ts';
import type { ZoneOptions } from '../dns/zone-options.ts';
import { Access } from './access.ts';
import type { Address } from './address.ts';
import { Answering } from './answering.ts';
import { Counts, type CountsData } from './counts.ts';
import { Listeners, type ListenerState } from './listeners.ts';
import type { Responder, Tell } from './messages.ts';
import { Notifier } from './notify.ts';
import type { ForwardFigures } from './forward/forwarder.ts';
import { Others, type OthersOptions } from './others.ts';
import { RateLimit } from './rate-limit.ts';
import { Transfers } from './transfers.ts';
import type { TcpLimits } from './tcp.ts';

/** What the process that answers is begun with. Plain data. */
export interface DnsOptions {
  readonly listen: readonly Address[];
  readonly zone: ZoneOptions;
  readonly answer: Omit<AnswerOptions, 'random' | 'freshness' | 'now' | 'cookieSecret' | 'nsid'> & {
    /** Who answers, for those who ask. */
    readonly nsid: string;
  };
  /** Absent: near networks. */
  readonly allow?: readonly string[];
  readonly transferAllow: readonly string[];
  readonly notify: readonly Address[];
  readonly rateLimit?: number;
  /** Absent: nobody is asked about other names. */
  readonly forward?: OthersOptions;
  readonly tcpLimits?: TcpLimits;
}

/** How the process that answers is. Plain data. */
export interface DnsFacts {
  readonly listeners: readonly ListenerState[];
  /** All that was known at its beginning was given to it: it answers. */
  readonly hasWhole: boolean;
  readonly serial: number;
  readonly names: number;
  readonly records: number;
  readonly tasks: number;
  /** Tasks, and names of records, that nothing could be called by. */
  readonly skipped: { readonly tasks: number; readonly names: number };
  readonly tcpConnections: number;
  readonly counts: CountsData;
  /** null: nobody is asked about other names. */
  readonly forward: ForwardFigures | null;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

/** The zone, and whether all of it has been told. */
interface Fed {
  readonly zone: Zone;
  hasWhole: boolean;
}

const factsOf = ({ zone, hasWhole }: Fed, listeners: Listeners, counts: Counts, others: Others | undefined): DnsFacts => {
  const { user, system } = process.cpuUsage();
  return {
    listeners: listeners.states,
    hasWhole,
    ...{ serial: zone.serial, names: zone.nameCount, records: zone.recordCount, tasks: zone.taskCount, skipped: zone.skipped },
    tcpConnections: listeners.connectionCount,
    counts: counts.data,
    forward: others?.figures() ?? null,
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
  };
};

const notifierFor = ({ notify, zone }: DnsOptions, tell: Tell): Notifier | undefined => {
  if (notify.length === 0) return undefined;
  const apex: Name = knownName(zone.domain);
  const onSilence = (target: string): void =>
    tell.log('warn', 'a host does not answer NOTIFY: its copy of the zone may be old', { target });
  return new Notifier({ targets: notify, apex, onSilence });
};

/** Makes what answers by UDP and TCP, in the process of its own. */
export const openDns = (options: DnsOptions, tell: Tell): Responder => {
  const counts = new Counts();
  const zone = new Zone(options.zone);
  const feed = new Feed(zone, Date.now());
  const fed: Fed = { zone, hasWhole: false };
  const { nsid, ...answer } = options.answer;
  const authority = new Authority(zone, { ...answer, nsid: Buffer.from(nsid), random: Math.random, freshness: () => feed.freshness });
  const access = new Access(options.allow, options.transferAllow);
  const rateLimit = options.rateLimit === undefined ? undefined : new RateLimit(options.rateLimit);
  const others =
    options.forward === undefined ? undefined : new Others(options.forward, (message, fields) => tell.log('warn', message, fields));
  const answering = new Answering({ authority, access, counts, rateLimit, transfers: new Transfers(zone), others });
  const { listen, tcpLimits } = options;
  const listeners = new Listeners({ listen, answering, counts, onChange: tell.facts, ...(tcpLimits === undefined ? {} : { tcpLimits }) });
  const notifier = notifierFor(options, tell);
  return {
    take: (message) => {
      const before = zone.serial;
      feed.take(message);
      if (zone.serial !== before && fed.hasWhole) notifier?.note();
      if (message.kind === 'whole-end') {
        fed.hasWhole = true;
        notifier?.note();
        tell.facts();
      }
    },
    ask: async () => {
      throw new Error('the process that answers DNS is asked by DNS alone');
    },
    facts: () => factsOf(fed, listeners, counts, others),
  };
};
