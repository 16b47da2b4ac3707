import type { Logger } from 'pino';
import type { Explanation } from '../dns/explain/explanation.ts';
import { configBody } from '../dns/mesos-dns-config/body.ts';
import type { DnsFacts } from '../dns-server/dns-responder.ts';
import type { RecordsFacts, RecordsOptions, RecordsQuestion } from '../dns-server/records-responder.ts';
import { ResponderProcess } from '../dns-server/responder-process.ts';
import type { WholeFeed } from '../dns-server/whole-feed.ts';
import type { DnsSource } from '../report/dns-explanation.ts';
import type { DnsSettings } from '../settings-dns.ts';
import { version } from '../version.ts';
import { dnsOptions } from './dns-options.ts';
import type { Made } from './made.ts';

interface RecordsOpening {
  readonly dns: DnsSettings;
  readonly log: Logger;
  readonly made: Made;
  readonly feed: WholeFeed;
  /** The first serial of a process that begins. */
  readonly firstSerial: () => number;
  /** Of the process that answers. */
  readonly answering: () => DnsFacts | null;
  readonly onFacts: () => void;
}

/** What makes JSON of the zone, and knows why a name is answered as it is. */
export interface Records {
  readonly process: ResponderProcess;
  readonly facts: () => RecordsFacts | null;
  readonly source: DnsSource;
}

/** Where Mesos is not asked: as often as Mesos-DNS asks it. */
const REFRESH_SECONDS = 60;

/** How often Mesos is asked, or would be. */
export const refreshSeconds = ({ mesos }: DnsSettings): number =>
  mesos === undefined ? REFRESH_SECONDS : Math.round(mesos.refreshMs / 1000);

/** What the process is begun with. */
const recordsOptions = (dns: DnsSettings, firstSerial: number): RecordsOptions => {
  const { zone, answer, allow } = dnsOptions(dns, firstSerial);
  const inForce = { ttlSeconds: dns.ttlSeconds, soaSerial: firstSerial, file: '', domain: dns.domain };
  return {
    listen: dns.http.map(({ host: address, port }) => ({ address, port })),
    zone,
    answer,
    ...(allow === undefined ? {} : { allow }),
    config: configBody(dns.config?.values, { ...inForce, soaMname: dns.soa.mname, soaRname: dns.soa.rname }),
    refreshSeconds: refreshSeconds(dns),
    isEnumerable: dns.isEnumerable,
    version: version(),
  };
};

/** Begins the process; it is told what the one that answers is told. */
export const openRecords = ({ dns, log, made, feed, firstSerial, answering, onFacts }: RecordsOpening): Records => {
  const process = made.add(
    new ResponderProcess({ role: 'records', feed, log, begin: () => recordsOptions(dns, firstSerial()), onFacts }),
    (it) => it.close(),
  );
  const listening = (): DnsFacts['listeners'] => (answering()?.listeners ?? []).filter(({ problem }) => problem === undefined);
  return {
    process,
    facts: () => (process.facts as RecordsFacts | undefined) ?? null,
    source: {
      listen: () => listening().map(({ address, port }) => ({ address, port })),
      explain: async (question) => (await process.ask({ kind: 'explain', ...question } satisfies RecordsQuestion)) as Explanation,
    },
  };
};
