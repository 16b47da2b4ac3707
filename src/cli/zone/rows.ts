import { dataText, shortText, typeText } from '../../dns/data-text.ts';
import { TYPE } from '../../dns/record.ts';
import type { Zone } from '../../dns/zone.ts';
import { compare } from '../../kit/compare.ts';

const OF_EVERY_ZONE: ReadonlySet<number> = new Set([TYPE.SOA, TYPE.NS]);

/** Name, type and data of each record of all zones but their SOA and NS records, the domain's own zone first. */
export const zoneRows = (zone: Zone): readonly (readonly [name: string, type: string, data: string])[] => {
  const { domain } = zone.naming;
  const apexes = [domain, ...[...zone.apexes()].filter((apex) => apex !== domain)];
  return apexes.flatMap((apex) =>
    zone
      .snapshot(apex)
      .filter(({ type }) => !OF_EVERY_ZONE.has(type))
      .flatMap(({ name, type, data }) => data.map((one) => [shortText(name), typeText(type), dataText(type, one)] as const))
      .toSorted((a, b) => compare(a.join(' '), b.join(' '))),
  );
};
