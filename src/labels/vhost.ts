import type { Parsed, PortLabel } from './label.ts';

const HOST_NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/;
const ADDRESS = /^\[?[0-9a-f:.]+\]?$/;

const isHost = (host: string): boolean => host.length <= 253 && (host === '*' || HOST_NAME.test(host) || ADDRESS.test(host));

const parse = (text: string): Parsed<readonly string[]> => {
  // A trailing comma is common in the wild and meant nothing in Marathon-LB either.
  const hosts = text
    .toLowerCase()
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  const bad = hosts.find((host) => !isHost(host));
  if (bad !== undefined) return { wrong: `'${bad}' is not a host name: a name such as shop.example.com, *.example.com or *` };
  return { value: [...new Set(hosts)] };
};

/** HAPROXY_{n}_VHOST: comma list of host names, in lower case; '*.example.com' = any name below it, '*' = any host. */
export const vhost: PortLabel<readonly string[]> = { name: 'VHOST', absent: [], parse };
