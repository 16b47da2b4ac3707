import { canonicalIp } from '../kit/ip-address.ts';
import { type Parsed, type PortLabel, shown } from './label.ts';

const NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;
const LONGEST = 253;
/** A request for an unknown host is looked up once for each number of labels that wildcards have. */
const MOST_LABELS_BELOW = 8;

/** An IPv6 address stands in brackets in a request's Host. */
const ipv6Host = (text: string): string | undefined => {
  const address = canonicalIp(text.replace(/^\[(.*)\]$/, '$1'));
  return address === undefined ? undefined : `[${address}]`;
};

/** The host as requests are looked up by it: without the dot that ends a full name. Undefined: it is none. */
const toHost = (word: string): string | undefined => {
  if (word.includes(':')) return ipv6Host(word);
  if (word === '*') return word;
  const name = word.replace(/\.$/, '');
  if (name.length > LONGEST || !NAME.test(name)) return undefined;
  return name.startsWith('*.') && name.split('.').length > MOST_LABELS_BELOW + 1 ? undefined : name;
};

const parse = (text: string): Parsed<readonly string[]> => {
  const hosts = new Set<string>();
  for (const word of text.toLowerCase().split(',')) {
    const trimmed = word.trim();
    // A trailing comma is common in the wild and meant nothing in Marathon-LB either.
    if (trimmed === '') continue;
    const host = toHost(trimmed);
    if (host === undefined)
      return {
        wrong: `${shown(trimmed)} is not a host name: a name such as shop.example.com, *.example.com (with ${MOST_LABELS_BELOW} labels after *. at most) or *`,
      };
    hosts.add(host);
  }
  return { value: [...hosts] };
};

/** HAPROXY_{n}_VHOST: comma list of host names, in lower case; '*.example.com' = any name below it, '*' = any host. */
export const vhost: PortLabel<readonly string[]> = { name: 'VHOST', absent: [], parse };
