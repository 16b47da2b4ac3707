import { networkInterfaces } from 'node:os';
import type { Address } from './address.ts';

const WILDCARDS: Readonly<Record<string, 'IPv4' | 'IPv6'>> = { '0.0.0.0': 'IPv4', '::': 'IPv6' };

/**
 * All addresses of this host in place of '0.0.0.0' and '::'. A socket at a wildcard does not know at which address it was asked, so its answers may
 * come from another one, and no client takes those. Link-local ones are left out: an answer would need its interface.
 */
export const expanded = (listen: readonly Address[]): readonly Address[] => {
  const own = Object.values(networkInterfaces()).flatMap((of = []) => of);
  const all = listen.flatMap(({ address, port }) => {
    const family = WILDCARDS[address];
    if (family === undefined) return [{ address, port }];
    return own.filter((one) => one.family === family && !one.address.startsWith('fe80:')).map((one) => ({ address: one.address, port }));
  });
  return [...new Map(all.map((one) => [`${one.address} ${one.port}`, one])).values()];
};
