import { canonicalIp } from '../kit/ip-address.ts';
import type { Parsed, PortLabel } from './label.ts';

const parse = (text: string): Parsed<string | undefined> => {
  if (text === '' || text === '*') return { value: '*' };
  const address = canonicalIp(text.replace(/^\[(.*)\]$/, '$1'));
  if (address === undefined) return { wrong: "must be * or one IP address of this host, e.g. '10.0.0.1'" };
  return { value: address === '0.0.0.0' ? '*' : address };
};

/** HAPROXY_{n}_BIND_ADDR: address the service port listens on, as HAProxy writes it. Absent: --bind-address. */
export const bindAddr: PortLabel<string | undefined> = { name: 'BIND_ADDR', absent: undefined, parse };
