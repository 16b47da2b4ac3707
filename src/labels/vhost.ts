import { canonicalIp } from '../kit/ip-address.ts';
import { type Parsed, type PortLabel, shown } from './label.ts';

const NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/** A request is looked up without the dot that ends a full name, and an IPv6 address stands in brackets in its Host. */
const canonicalHost = (host: string): string => {
  const isIpv6 = host.includes(':');
  return isIpv6 ? `[${canonicalIp(host.replace(/^\[(.*)\]$/, '$1')) ?? ''}]` : host.replace(/\.$/, '');
};

const isHost = (host: string): boolean => host === '*' || (host.startsWith('[') ? host !== '[]' : host.length <= 253 && NAME.test(host));

const parse = (text: string): Parsed<readonly string[]> => {
  // A trailing comma is common in the wild and meant nothing in Marathon-LB either.
  const words = text
    .toLowerCase()
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  const bad = words.find((word) => !isHost(canonicalHost(word)));
  if (bad !== undefined) return { wrong: `${shown(bad)} is not a host name: a name such as shop.example.com, *.example.com or *` };
  return { value: [...new Set(words.map(canonicalHost))] };
};

/** HAPROXY_{n}_VHOST: comma list of host names, in lower case; '*.example.com' = any name below it, '*' = any host. */
export const vhost: PortLabel<readonly string[]> = { name: 'VHOST', absent: [], parse };
