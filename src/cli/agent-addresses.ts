import { isIP } from 'node:net';
import { systemLookup } from '../marathon/hosts.ts';

/** Addresses of agents that are known by name, as this host finds them. One that is not found has none. */
export const agentAddresses = async (hosts: Iterable<string>): Promise<ReadonlyMap<string, string>> => {
  const names = [...new Set(hosts)].filter((host) => host !== '' && isIP(host) === 0);
  const found = await Promise.allSettled(names.map(async (name) => [name, await systemLookup(name)] as const));
  return new Map(found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
};
