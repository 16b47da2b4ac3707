import ipaddr from 'ipaddr.js';
import type { Parsed, PortLabel } from './label.ts';

const parse = (text: string): Parsed<string | undefined> => {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  if (address === '' || address === '*') return { value: '*' };
  if (ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address)) return { value: address };
  return { wrong: "must be * or one IP address of this host, e.g. '10.0.0.1'" };
};

/** HAPROXY_{n}_BIND_ADDR: address the service port listens on. Absent: --bind-address. */
export const bindAddr: PortLabel<string | undefined> = { name: 'BIND_ADDR', absent: undefined, parse };
