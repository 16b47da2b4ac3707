import { addressText } from '../../dns/address.ts';
import { srvParts } from '../../dns/records/emit.ts';
import { wildcardOf } from '../../dns/answer/other-names.ts';
import { lower, type Name, toName, toText } from '../../dns/name.ts';
import { type Rdata, TYPE } from '../../dns/record.ts';
import type { ZoneNode, ZoneView } from '../../dns/zone-view.ts';

/** Longer chains of aliases are somebody's mistake, or have no end. */
const MOST_ALIASES = 8;

/** What a question for the name is answered with, aliases followed as far as they lead to names of the zone. */
const recordsOf = (zone: ZoneView, name: Name, type: number): readonly Rdata[] => {
  let at: Name | undefined = name;
  for (let steps = 0; at !== undefined && steps <= MOST_ALIASES; steps += 1) {
    const node: ZoneNode | undefined = zone.node(at) ?? wildcardOf(zone, at);
    const records = node?.records(type) ?? [];
    if (records.length > 0) return records;
    at = node?.records(TYPE.CNAME)[0];
  }
  return [];
};

/** As Mesos-DNS reads a name: in lower case, without any '.*' (it stands for nothing), whether or not there is a dot at its end. Undefined: no name. */
const readName = (text: string): Name | undefined => {
  const plain = lower(text.replaceAll('.*', ''));
  return plain === '' || plain === '.' ? undefined : toName(plain);
};

export interface HostEntry {
  readonly host: string;
  readonly ip: string;
}

export interface ServiceEntry {
  /** As it was asked for. */
  readonly service: string;
  /** The target. */
  readonly host: string;
  readonly ip: string;
  /** A text: Mesos-DNS's clients read it as one. */
  readonly port: string;
}

/** Mesos-DNS answers a name that it does not know with one entry of empty texts, and clients look for that. */
const orEmpty = <T>(entries: readonly T[], empty: T): readonly T[] => (entries.length === 0 ? [empty] : entries);

/** Of `/v1/hosts/{host}`: all addresses, those of IPv4 first. */
export const hostEntries = (zone: ZoneView, asked: string): readonly HostEntry[] => {
  const name = readName(asked);
  if (name === undefined) return [{ host: '', ip: '' }];
  const host = toText(name);
  const entries = [TYPE.A, TYPE.AAAA].flatMap((type) => recordsOf(zone, name, type).map((data) => ({ host, ip: addressText(data) })));
  return orEmpty(entries, { host: '', ip: '' });
};

/** Of `/v1/services/{service}`: of each target the first address of each family; a target without one is left out. */
export const serviceEntries = (zone: ZoneView, service: string): readonly ServiceEntry[] => {
  const name = readName(service);
  const records = name === undefined ? [] : recordsOf(zone, name, TYPE.SRV);
  const entries = records.flatMap((data) => {
    const { port, target } = srvParts(data);
    const first = [TYPE.A, TYPE.AAAA].flatMap((type) => recordsOf(zone, target, type).slice(0, 1));
    return first.map((address) => ({ service, host: toText(target), ip: addressText(address), port: String(port) }));
  });
  return orEmpty(entries, { service: '', host: '', ip: '', port: '' });
};
