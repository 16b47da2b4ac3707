import { messageOf, SluiceError } from '../../kit/error.ts';
import { canonicalIp } from '../../kit/ip-address.ts';
import { shown } from '../../kit/shown.ts';
import { toName } from '../name.ts';
import type { ForwardConfig, IpSource, MastersConfig, MesosDnsConfig } from './config.ts';
import { mastersOf, resolversOf } from './endpoints.ts';
import type { Values } from './keys.ts';
import { type Findings, loginOf, type ReadFile, tlsOf } from './login.ts';
import { readValues, type ReadValues } from './read-values.ts';
import { detectionOf } from './zk.ts';
import { zonesOf } from './zones.ts';

export interface ParsedConfig {
  readonly value: MesosDnsConfig;
  /** Sentences for whoever wrote the file. */
  readonly warnings: readonly string[];
}

const DOMAIN = /^[a-z\d-]+(?:\.[a-z\d-]+)*$/;
const DEFAULT_TIMEOUT_SECONDS = 5;

const take = <T>(part: T & { readonly problems: readonly string[]; readonly warnings?: readonly string[] }, findings: Findings): T => {
  findings.problems.push(...part.problems);
  findings.warnings.push(...(part.warnings ?? []));
  return part;
};

const IP_SOURCES: Readonly<Record<string, IpSource>> = { host: 'host', docker: 'docker', mesos: 'mesos', netinfo: 'netinfo' };

const ipSourcesOf = ({ IPSources: words }: Values, { problems }: Findings): readonly IpSource[] => {
  const sources = words.flatMap((word) => (Object.hasOwn(IP_SOURCES, word) ? (IP_SOURCES[word] ?? []) : []));
  if (words.length === 0) problems.push('IPSources is empty: name some of netinfo, mesos, docker, host');
  if (sources.length < words.length) problems.push('IPSources may hold host, docker, mesos and netinfo, and nothing else');
  if (new Set(words).size < words.length) problems.push('IPSources names one twice: leave one out');
  return sources;
};

const domainOf = ({ Domain }: Values, { problems }: Findings): string => {
  const domain = Domain.toLowerCase();
  if (!DOMAIN.test(domain) || toName(domain) === undefined)
    problems.push(`domain must be a name of letters, digits and hyphens between dots, as mesos or dc1.mesos, and is ${shown(Domain)}`);
  return domain;
};

const oneDot = (text: string): string => `${text.replace(/\.+$/, '')}.`;

const soaOf = (values: Values, { problems }: Findings): MesosDnsConfig['soa'] => {
  const [mname, rname] = [oneDot(values.SOAMname), oneDot(values.SOARname.replaceAll('@', '.'))];
  if (toName(mname) === undefined) problems.push(`SOAMname must be a domain name, and is ${shown(values.SOAMname)}`);
  if (toName(rname) === undefined) problems.push(`SOARname must be a domain name or a mail address, and is ${shown(values.SOARname)}`);
  return { mname, rname, refreshSeconds: values.SOARefresh, retrySeconds: values.SOARetry, expireSeconds: values.SOAExpire };
};

const listenerOf = ({ Listener, Port }: Values, { problems }: Findings): { host: string; port: number } => {
  const host = canonicalIp(Listener);
  if (host === undefined) problems.push(`listener must be an IP address, as 0.0.0.0, and is ${shown(Listener)}`);
  return { host: host ?? '', port: Port };
};

const forwardOf = (values: Values, domain: string, findings: Findings): ForwardConfig => {
  const { zones } = take(zonesOf(values.ZoneResolvers, toName(domain) ?? ''), findings);
  const timeoutMs = (values.Timeout === 0 ? DEFAULT_TIMEOUT_SECONDS : values.Timeout) * 1_000;
  if (!values.ExternalOn) return { resolvers: { kind: 'refuse' }, zones, timeoutMs };
  const { endpoints } = take(resolversOf('resolvers', values.Resolvers), findings);
  return { resolvers: values.Resolvers.length === 0 ? { kind: 'system' } : { kind: 'listed', upstreams: endpoints }, zones, timeoutMs };
};

const mastersConfigOf = ({ values, verifiesTls }: ReadValues, readFile: ReadFile, findings: Findings): MastersConfig => {
  const { detection } = take(detectionOf(values.Zk, readFile), findings);
  const { endpoints: masters } = take(mastersOf(values.Masters), findings);
  if (values.Zk === '' && values.Masters.length === 0)
    findings.problems.push('there are neither masters nor zk: say where Mesos is, in one or both of them');
  const tls = tlsOf(values, verifiesTls, readFile, findings);
  const login = loginOf(values, readFile, findings);
  return {
    masters,
    refreshMs: values.RefreshSeconds * 1_000,
    stateTimeoutMs: values.StateTimeoutSeconds * 1_000,
    detectionTimeoutMs: values.ZkDetectionTimeout * 1_000,
    ...(detection === undefined ? {} : { detection }),
    ...(tls === undefined ? {} : { tls }),
    ...(login === undefined ? {} : { login }),
  };
};

const configOf = (read: ReadValues, readFile: ReadFile, findings: Findings): MesosDnsConfig => {
  const { values, given } = read;
  const domain = domainOf(values, findings);
  const listener = listenerOf(values, findings);
  if (!values.DnsOn && !values.HttpOn)
    findings.problems.push('dnson and httpon are both off: nothing would be served; turn one of them on');
  return {
    domain,
    domainName: toName(domain) ?? '',
    ...(given.has('TTL') ? { ttlSeconds: values.TTL } : {}),
    soa: soaOf(values, findings),
    srvWeight: values.SRVRecordDefaultWeight,
    ipSources: ipSourcesOf(values, findings),
    enforceRfc952: values.EnforceRFC952,
    ...(values.DnsOn ? { dns: listener } : {}),
    // Go takes an empty host for all addresses.
    ...(values.HttpOn ? { http: { host: values.HTTPListener === '' ? '0.0.0.0' : values.HTTPListener, port: values.HttpPort } } : {}),
    recursionAvailable: values.RecurseOn,
    setsTruncateBit: values.SetTruncateBit,
    isEnumerable: values.EnumerationOn,
    forward: forwardOf(values, domain, findings),
    mesos: mastersConfigOf(read, readFile, findings),
    values,
  };
};

/** Where in the text; V8's message would show a piece of it, and secrets may stand there. */
const jsonTrouble = (error: unknown): string =>
  `it is no JSON${/ \(line \d+ column \d+\)| at position \d+/.exec(messageOf(error))?.[0] ?? ''}`;

const parseJson = (text: string): { readonly root?: unknown; readonly problems: readonly string[] } => {
  try {
    return { root: JSON.parse(text), problems: [] };
  } catch (error) {
    return { problems: [jsonTrouble(error)] };
  }
};

const refuse = (from: string, problems: readonly string[]): never => {
  throw new SluiceError('SETTINGS', `${from}: ${problems.join('; ')}`);
};

/**
 * The file that Mesos-DNS takes, with its rules: what it dies of is refused, and what it ignores is a warning.
 * @param from what to call the file in messages
 * @param readFile of files that it names; relative paths are relative to where the program was started, as for Mesos-DNS. Throws where it cannot.
 * @throws SluiceError SETTINGS that tells all that is wrong
 */
export const parseMesosDnsConfig = (from: string, text: string, readFile: ReadFile): ParsedConfig => {
  const { root, problems } = parseJson(text);
  if (problems.length > 0) return refuse(from, problems);
  const read = readValues(root);
  if (read.problems.length > 0) return refuse(from, read.problems);
  const findings: Findings = { problems: [], warnings: [...read.warnings] };
  const value = configOf(read, readFile, findings);
  return findings.problems.length > 0 ? refuse(from, findings.problems) : { value, warnings: findings.warnings };
};
