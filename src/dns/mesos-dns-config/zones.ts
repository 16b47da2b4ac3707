import { shown } from '../../kit/shown.ts';
import { isWithin, type Name, ROOT, toName, toText } from '../name.ts';
import type { Endpoint } from './endpoint.ts';
import { resolversOf } from './endpoints.ts';
import type { TextLists } from './reader.ts';

/** Names at and below `zone` are asked of these. */
export interface ZoneUpstreams {
  readonly zone: Name;
  readonly upstreams: readonly Endpoint[];
}

interface Zones {
  readonly zones: readonly ZoneUpstreams[];
  readonly problems: readonly string[];
}

const plain = (name: Name): string => toText(name).slice(0, -1);

/** Why it cannot be a zone besides those; undefined: it can. */
const troubleOf = (zone: Name, domain: Name, others: readonly ZoneUpstreams[]): string | undefined => {
  if (isWithin(zone, domain)) return `it is within the domain ${plain(domain)}, which is answered here`;
  if (isWithin(domain, zone)) return `the domain ${plain(domain)} is within it, and is answered here`;
  const other = others.find((one) => isWithin(zone, one.zone) || isWithin(one.zone, zone));
  return other === undefined ? undefined : `it overlaps ${plain(other.zone)}: name one of them`;
};

/** A dot at the end of a zone does no harm. */
export const zonesOf = (lists: TextLists, domain: Name): Zones => {
  const zones: ZoneUpstreams[] = [];
  const problems: string[] = [];
  for (const [word, words] of lists) {
    const key = `zoneResolvers: ${shown(word)}`;
    const zone = toName(word);
    const trouble = zone === undefined || zone === ROOT ? 'it is no name of a zone, as example.com' : troubleOf(zone, domain, zones);
    const { endpoints, problems: wrong } = resolversOf(key, words);
    problems.push(...wrong);
    if (zone === undefined || trouble !== undefined) problems.push(`${key}: ${trouble ?? ''}`);
    else if (words.length === 0) problems.push(`${key}: it has no resolver: name one, or leave the zone out`);
    else zones.push({ zone, upstreams: endpoints });
  }
  return { zones, problems };
};
