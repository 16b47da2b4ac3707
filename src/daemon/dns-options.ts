import { hostname } from 'node:os';
import { knownName, type Name } from '../dns/name.ts';
import type { DnsOptions } from '../dns-server/dns-responder.ts';
import { expanded } from '../dns-server/own-addresses.ts';
import { isLoopback } from '../kit/ip-address.ts';
import type { DnsSettings } from '../settings-dns.ts';

/** How long it is believed that there is nothing: what begins to run must be found soon. */
const NEGATIVE_TTL_SECONDS = 2;
/** What passes everywhere in one piece (DNS flag day 2020). */
const MOST_UDP_BYTES = 1232;
const RESOLV_CONF = '/etc/resolv.conf';
/** Changed records that are kept for incremental transfers. */
const JOURNAL_RECORDS = 50_000;

/** Names of DC/OS that are names of other zones (dcos-net). */
const renamesFor = (domain: string): DnsOptions['answer']['renames'] =>
  [
    ['mesos.thisdcos.directory', domain],
    ['dclb.thisdcos.directory', 'l4lb.thisdcos.directory'],
    ['dclb.thisdcos.global', 'l4lb.thisdcos.directory'],
    ['thisdcos.global', 'thisdcos.directory'],
  ].map(([from = '', to = '']) => ({ from: knownName(from), to: knownName(to) }));

/** Not on the internet, whoever has a domain of that name there: nobody outside is to be asked. */
const NEVER_LEAK: readonly Name[] = ['mesos', 'directory', 'thisdcos.global', 'zk', 'spartan', 'localhost'].map(knownName);

/** Data of the name of the server itself: addresses that others reach, where there are any. */
const listenerAddresses = ({ listen }: DnsSettings): readonly string[] => {
  const all = [...new Set(expanded(listen.map(({ host: address, port }) => ({ address, port }))).map(({ address }) => address))];
  const reached = all.filter((address) => !isLoopback(address));
  return reached.length > 0 ? reached : all;
};

/** undefined: nobody is asked about names that are not ours. */
const forwardOptions = (dns: DnsSettings): DnsOptions['forward'] => {
  const { resolvers, zones, timeoutMs } = dns.forward;
  if (resolvers.kind === 'refuse' && zones.length === 0) return undefined;
  const listed = resolvers.kind === 'listed' ? resolvers.upstreams : [];
  return {
    forward: { routes: { resolvers: listed, zones, neverAsked: NEVER_LEAK }, setsTruncateBit: dns.setsTruncateBit, timeoutMs },
    listen: dns.listen,
    ...(resolvers.kind === 'system' ? { resolvConf: RESOLV_CONF } : {}),
  };
};

const optional = (forward: DnsOptions['forward']): Pick<DnsOptions, 'forward'> => (forward === undefined ? {} : { forward });

/** What the process that answers is begun with. */
export const dnsOptions = (dns: DnsSettings, firstSerial: number): DnsOptions => ({
  listen: dns.listen.map(({ host: address, port }) => ({ address, port })),
  zone: {
    domain: dns.domain,
    ttlSeconds: dns.ttlSeconds,
    negativeTtlSeconds: Math.min(NEGATIVE_TTL_SECONDS, dns.ttlSeconds),
    ...{ soaMname: dns.soa.mname, soaRname: dns.soa.rname },
    ...{ soaRefresh: dns.soa.refreshSeconds, soaRetry: dns.soa.retrySeconds, soaExpire: dns.soa.expireSeconds },
    ...{ ipSources: dns.ipSources, enforceRfc952: dns.enforceRfc952, srvWeight: dns.srvWeight },
    listenerAddresses: listenerAddresses(dns),
    dcos: true,
    firstSerial,
    ...(dns.transferAllow.length > 0 ? { journalRecords: JOURNAL_RECORDS } : {}),
  },
  answer: {
    recurseOn: dns.recursionAvailable,
    setTruncateBit: dns.setsTruncateBit,
    maxUdpSize: MOST_UDP_BYTES,
    minimalAny: true,
    srvUnknown: dns.srvUnknown,
    renames: renamesFor(dns.domain),
    neverLeak: NEVER_LEAK,
    askedZones: dns.forward.zones.map(({ zone }) => zone),
    nsid: hostname(),
  },
  ...(dns.allow === undefined ? {} : { allow: dns.allow }),
  transferAllow: dns.transferAllow,
  notify: dns.notify.map(({ host: address, port }) => ({ address, port })),
  ...(dns.rateLimit === undefined ? {} : { rateLimit: dns.rateLimit }),
  ...optional(forwardOptions(dns)),
});
