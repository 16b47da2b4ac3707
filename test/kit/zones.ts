import { dataText, typeText } from '../../src/dns/data-text.ts';
import { knownName, toText } from '../../src/dns/name.ts';
import type { NamedTask } from '../../src/dns/named-task.ts';
import { TYPE } from '../../src/dns/record.ts';
import { Zone } from '../../src/dns/zone.ts';
import type { ZoneOptions } from '../../src/dns/zone-options.ts';

/** Mesos-DNS's own defaults, with DC/OS's names. */
export const aZone = (changes: Partial<ZoneOptions> = {}): Zone =>
  new Zone({
    domain: 'mesos',
    ttlSeconds: 60,
    negativeTtlSeconds: 5,
    soaMname: 'ns1.mesos',
    soaRname: 'root.ns1.mesos',
    soaRefresh: 60,
    soaRetry: 600,
    soaExpire: 86_400,
    ipSources: ['netinfo', 'mesos', 'host'],
    enforceRfc952: false,
    srvWeight: 1,
    listenerAddresses: ['10.0.0.1'],
    dcos: true,
    firstSerial: 1,
    ...changes,
  });

/** '/web' of Marathon's on agent 10.1.0.5, its id in place of the key's second half. */
export const aNamedTask = (changes: Partial<NamedTask> = {}): NamedTask => ({
  key: `${changes.framework ?? 'marathon'}\n${changes.id ?? 'web.1'}`,
  framework: 'marathon',
  id: 'web.1',
  name: 'web',
  agentId: 'ab12-S0',
  agentAddresses: ['10.1.0.5'],
  addresses: {},
  hostPorts: [],
  isMapped: false,
  fitness: 'fit',
  ...changes,
});

/** What one name answers: 'A 10.1.0.5', sorted; undefined: there is no such name. An empty list is a name with others below. */
export const answersOf = (zone: Zone, name: string): readonly string[] | undefined => {
  const node = zone.node(knownName(name));
  return node
    ?.types()
    .filter((type) => type !== TYPE.SOA && type !== TYPE.NS)
    .flatMap((type) => node.records(type).map((data) => `${typeText(type)} ${dataText(type, data)}`))
    .sort();
};

/** All names with what they answer, but for those that are there whatever runs; 'name.' -> as `answersOf`. */
export const shownZone = (zone: Zone): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    [...zone.nodes()]
      .filter(([name]) => aFreshZone.node(name) === undefined)
      .map(([name]) => [toText(name), answersOf(zone, toText(name)) ?? []] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

const aFreshZone = aZone();

type Rows = Readonly<Record<string, readonly string[]>>;

const hostOf = (type: number, text: string): string => (type === TYPE.SRV ? text.replace(/^\d+ \d+ (\d+) (.*)$/, '$2:$1') : text);

/** The domain's records as Mesos-DNS shows them: SRV as 'target:port', sorted. */
export const shownRecords = (zone: Zone, domain = 'mesos'): { readonly A: Rows; readonly AAAA: Rows; readonly SRV: Rows } => {
  const ofType = (wanted: number): Rows =>
    Object.fromEntries(
      zone
        .snapshot(knownName(domain))
        .filter(({ type }) => type === wanted)
        .map(({ name, type, data }) => [toText(name), data.map((one) => hostOf(type, dataText(type, one))).sort()] as const),
    );
  return { A: ofType(TYPE.A), AAAA: ofType(TYPE.AAAA), SRV: ofType(TYPE.SRV) };
};
