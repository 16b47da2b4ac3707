import { addressText } from './address.ts';
import { toText } from './name.ts';
import { type Rdata, TYPE } from './record.ts';
import { srvParts } from './records/emit.ts';
import type { Zone } from './zone.ts';

type ByName = Readonly<Record<string, readonly string[]>>;

/** What Mesos-DNS answers at /v1/axfr, which dcos-net reads. Names end in a dot; data of SRV records is 'target:port'. */
export interface AxfrView {
  readonly TTL: number;
  readonly Serial: number;
  readonly RefreshSeconds: number;
  readonly Mname: string;
  readonly Rname: string;
  readonly Domain: string;
  readonly Records: { readonly As: ByName; readonly AAAAs: ByName; readonly SRVs: ByName };
}

const SHOWN: ReadonlyMap<number, keyof AxfrView['Records']> = new Map([
  [TYPE.A, 'As'],
  [TYPE.AAAA, 'AAAAs'],
  [TYPE.SRV, 'SRVs'],
]);

const shownData = (type: number, data: Rdata): string => {
  if (type !== TYPE.SRV) return addressText(data);
  const { port, target } = srvParts(data);
  return `${toText(target)}:${port}`;
};

const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

const sorted = (list: readonly [string, readonly string[]][]): ByName =>
  Object.fromEntries(list.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** What is served below the zone's domain, sorted. */
export const axfrView = (zone: Zone, refreshSeconds: number): AxfrView => {
  const records: Record<keyof AxfrView['Records'], [string, readonly string[]][]> = { As: [], AAAAs: [], SRVs: [] };
  for (const { name, type, data } of zone.snapshot(zone.naming.domain)) {
    const key = SHOWN.get(type);
    if (key !== undefined) records[key].push([toText(name), data.map((one) => shownData(type, one)).sort()]);
  }
  return {
    TTL: zone.ttlSeconds,
    Serial: zone.serial,
    RefreshSeconds: refreshSeconds,
    Mname: absolute(zone.options.soaMname),
    Rname: absolute(zone.options.soaRname),
    Domain: zone.options.domain,
    Records: { As: sorted(records.As), AAAAs: sorted(records.AAAAs), SRVs: sorted(records.SRVs) },
  };
};
