import { z } from 'zod';
import type { ForwardConfig, IpSource, MastersConfig, MesosDnsConfig } from './dns/mesos-dns-config/config.ts';
import { addressAndPort, type Endpoint } from './dns/mesos-dns-config/endpoint.ts';
import { resolversOf } from './dns/mesos-dns-config/endpoints.ts';
import { zonesOf } from './dns/mesos-dns-config/zones.ts';
import { toName } from './dns/name.ts';
import { SluiceError } from './kit/error.ts';
import { canonicalNetwork } from './kit/ip-network.ts';
import type { Listener } from './kit/port-clashes.ts';
import { readMesosDnsConfig } from './settings-mesos-dns.ts';

/** As flags give them, several, and as a variable does, with commas between. */
const list = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]))))
  .optional();

const wholeNumber = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error }).optional();
};

const onOff = z.enum(['on', 'off'], 'must be on or off').optional();

const MOST_TTL_SECONDS = 86_400 * 7;

/** Flags of the DNS responder: a part of those of `run`. */
export const DNS_FLAGS = {
  dnsListen: list,
  dnsHttpListen: list,
  mesosDnsConfig: z.string().min(1).optional(),
  dnsDomain: z.string().min(1).optional(),
  dnsTtl: wholeNumber(0, MOST_TTL_SECONDS),
  dnsHealth: onOff,
  dnsFramework: z.string().min(1).optional(),
  dnsRecords: z.string().min(1).optional(),
  dnsResolver: list,
  dnsForward: onOff,
  dnsAllow: list,
  dnsTransferAllow: list,
  dnsNotify: list,
  dnsRateLimit: wholeNumber(1, 1_000_000),
  dnsSrvWeights: z.enum(['haproxy', 'off'], 'must be haproxy or off').optional(),
  dnsSrvUnknown: z.enum(['nxdomain', 'noerror'], 'must be nxdomain or noerror').optional(),
};

type DnsFlags = z.infer<z.ZodObject<typeof DNS_FLAGS>>;

/** What is answered by DNS, where, and to whom. */
export interface DnsSettings {
  /** By UDP and TCP. Empty: only the REST API answers. */
  readonly listen: readonly Endpoint[];
  /** Mesos-DNS's REST API. */
  readonly http: readonly Endpoint[];
  /** 'mesos', in lower case, without a dot at its end. */
  readonly domain: string;
  readonly ttlSeconds: number;
  readonly soa: MesosDnsConfig['soa'];
  readonly srvWeight: number;
  readonly ipSources: readonly IpSource[];
  readonly enforceRfc952: boolean;
  /** Tasks that fail their checks are left out. */
  readonly isHealthAware: boolean;
  /** Of Marathon; undefined: as it says itself. */
  readonly framework: string | undefined;
  /** SRV weights are those of the servers in HAProxy. */
  readonly followsWeights: boolean;
  /** File with more records. */
  readonly recordsFile: string | undefined;
  /** RA in answers of our own. */
  readonly recursionAvailable: boolean;
  readonly setsTruncateBit: boolean;
  readonly isEnumerable: boolean;
  readonly srvUnknown: 'nxdomain' | 'noerror';
  readonly forward: ForwardConfig;
  /** Networks that are answered; undefined: private ones. */
  readonly allow: readonly string[] | undefined;
  readonly transferAllow: readonly string[];
  readonly notify: readonly Endpoint[];
  /** Questions of one client in a second; undefined: any number. */
  readonly rateLimit: number | undefined;
  /** Where Mesos itself is; undefined: Marathon alone is asked. */
  readonly mesos: MastersConfig | undefined;
  /** As it was given. */
  readonly config: MesosDnsConfig | undefined;
  /** What was given and has no effect, or less than it seems: to be told once. */
  readonly notes: readonly string[];
}

const DNS_PORT = 53;
const REST_PORT = 8123;
const DEFAULT_TTL_SECONDS = 5;
const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_IP_SOURCES: readonly IpSource[] = ['netinfo', 'mesos', 'host'];
const DOMAIN = /^[a-z\d-]+(?:\.[a-z\d-]+)*$/;

/** Gathers what is wrong with flags. */
type Problems = string[];

const addresses = (flag: string, words: readonly string[] | undefined, port: number, problems: Problems): readonly Endpoint[] =>
  (words ?? []).flatMap((word) => {
    const endpoint = addressAndPort(word, port);
    if (endpoint === undefined) problems.push(`${flag} ${word} must be an IP address, as 10.0.0.1:${port} or [fd00::1]:${port}`);
    return endpoint ?? [];
  });

const networks = (flag: string, words: readonly string[] | undefined, problems: Problems): readonly string[] | undefined =>
  words?.flatMap((word) => {
    const network = canonicalNetwork(word);
    if (network === undefined) problems.push(`${flag} ${word} must be an IP address or a network, as 10.0.0.0/8`);
    return network ?? [];
  });

const domainOf = (given: string | undefined, config: MesosDnsConfig | undefined, problems: Problems): string => {
  const domain = (given ?? config?.domain ?? 'mesos').toLowerCase();
  if (!DOMAIN.test(domain) || toName(domain) === undefined)
    problems.push(`--dns-domain ${domain} must be a name of letters, digits and hyphens between dots, as mesos or dc1.mesos`);
  return domain;
};

/** 'consul=127.0.0.1:8600': names of that zone are asked there. */
const forwardOf = (flags: DnsFlags, config: MesosDnsConfig | undefined, domain: string, problems: Problems): ForwardConfig => {
  const otherwise = config?.forward ?? { resolvers: { kind: 'refuse' }, zones: [], timeoutMs: DEFAULT_TIMEOUT_MS };
  const words = flags.dnsResolver ?? [];
  const ofZones = Map.groupBy(
    words.filter((word) => word.includes('=')),
    (word) => word.slice(0, word.indexOf('=')),
  );
  const lists = [...ofZones].map(([zone, all]) => [zone, all.map((word) => word.slice(zone.length + 1))] as const);
  const { zones, problems: ofLists } = zonesOf(lists, toName(domain) ?? '');
  const plain = words.filter((word) => !word.includes('='));
  const { endpoints, problems: ofWords } = resolversOf('--dns-resolver', plain);
  problems.push(...ofLists.map((problem) => problem.replace('zoneResolvers', '--dns-resolver')), ...ofWords);
  return {
    timeoutMs: otherwise.timeoutMs,
    zones: zones.length > 0 ? zones : otherwise.zones,
    resolvers: resolversFor(flags.dnsForward, endpoints, otherwise.resolvers),
  };
};

const resolversFor = (
  forward: 'on' | 'off' | undefined,
  given: readonly Endpoint[],
  otherwise: ForwardConfig['resolvers'],
): ForwardConfig['resolvers'] => {
  if (forward === 'off') return { kind: 'refuse' };
  if (given.length > 0) return { kind: 'listed', upstreams: given };
  return forward === 'on' && otherwise.kind === 'refuse' ? { kind: 'system' } : otherwise;
};

const soaOf = (domain: string, config: MesosDnsConfig | undefined): MesosDnsConfig['soa'] =>
  config?.soa ?? { mname: `ns1.${domain}.`, rname: `root.ns1.${domain}.`, refreshSeconds: 60, retrySeconds: 600, expireSeconds: 86_400 };

/** What says that there is to be a responder at all. */
const isOn = ({ dnsListen, dnsHttpListen, mesosDnsConfig }: DnsFlags): boolean =>
  (dnsListen ?? []).length + (dnsHttpListen ?? []).length > 0 || mesosDnsConfig !== undefined;

const kebab = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const refuseWithoutListener = (flags: DnsFlags): void => {
  const given = Object.keys(DNS_FLAGS).filter((name) => flags[name as keyof DnsFlags] !== undefined);
  if (given.length > 0)
    throw new SluiceError('SETTINGS', `${given.map(kebab).join(', ')}: DNS is off; give --dns-listen ADDRESS:PORT too, as 10.0.0.1:53`);
};

type Environment = Readonly<Record<string, string | undefined>>;

/** undefined: there is to be none. Throws a SluiceError SETTINGS that tells all that is wrong. @param masters of --mesos-master and its like */
export const dnsSettings = (flags: DnsFlags, masters: MastersConfig | undefined, environment: Environment): DnsSettings | undefined => {
  if (!isOn(flags)) {
    refuseWithoutListener(flags);
    return undefined;
  }
  const parsed =
    flags.mesosDnsConfig === undefined ? undefined : readMesosDnsConfig('--mesos-dns-config', flags.mesosDnsConfig, environment);
  const config = parsed?.value;
  const problems: Problems = [];
  const domain = domainOf(flags.dnsDomain, config, problems);
  const forward = forwardOf(flags, config, domain, problems);
  const settings: DnsSettings = {
    listen: flags.dnsListen === undefined ? [config?.dns ?? []].flat() : addresses('--dns-listen', flags.dnsListen, DNS_PORT, problems),
    http:
      flags.dnsHttpListen === undefined
        ? [config?.http ?? []].flat()
        : addresses('--dns-http-listen', flags.dnsHttpListen, REST_PORT, problems),
    domain,
    ttlSeconds: flags.dnsTtl ?? config?.ttlSeconds ?? DEFAULT_TTL_SECONDS,
    soa: soaOf(domain, config),
    srvWeight: config?.srvWeight ?? 1,
    ipSources: config?.ipSources ?? DEFAULT_IP_SOURCES,
    enforceRfc952: config?.enforceRfc952 ?? false,
    isHealthAware: flags.dnsHealth !== 'off',
    framework: flags.dnsFramework,
    followsWeights: flags.dnsSrvWeights === 'haproxy',
    recordsFile: flags.dnsRecords,
    // Clients that ask for recursion warn, or ask elsewhere, where it is off: Mesos-DNS said so too, whatever it did.
    recursionAvailable: config?.recursionAvailable ?? true,
    setsTruncateBit: config?.setsTruncateBit ?? true,
    isEnumerable: config?.isEnumerable ?? true,
    srvUnknown: flags.dnsSrvUnknown ?? 'nxdomain',
    forward,
    allow: networks('--dns-allow', flags.dnsAllow, problems),
    transferAllow: networks('--dns-transfer-allow', flags.dnsTransferAllow, problems) ?? [],
    notify: addresses('--dns-notify', flags.dnsNotify, DNS_PORT, problems),
    rateLimit: flags.dnsRateLimit,
    mesos: masters ?? config?.mesos,
    config,
    notes: (parsed?.warnings ?? []).map((warning) => `--mesos-dns-config ${flags.mesosDnsConfig ?? ''}: ${warning}`),
  };
  if (problems.length > 0) throw new SluiceError('SETTINGS', problems.join('; '));
  return settings;
};

/** Its ports by TCP, where they may meet others of Sluice's. */
export const dnsListeners = (dns: DnsSettings | undefined): readonly Listener[] => [
  ...(dns?.listen ?? []).map(({ host, port }) => ({ flag: '--dns-listen', address: host, port })),
  ...(dns?.http ?? []).map(({ host, port }) => ({ flag: '--dns-http-listen', address: host, port })),
];
