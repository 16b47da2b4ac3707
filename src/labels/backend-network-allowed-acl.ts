import { canonicalNetwork } from '../kit/ip-network.ts';
import { type Parsed, type PortLabel, shown } from './label.ts';

/** Each is compared with the address of every client. */
const MOST = 1000;

const parse = (text: string): Parsed<readonly string[] | undefined> => {
  const words = text.split(/[ ,]+/).filter((word) => word !== '');
  const bad = words.find((word) => canonicalNetwork(word) === undefined);
  if (bad !== undefined)
    return { wrong: `${shown(bad)} is no IP address and no network: give them separated by blanks, e.g. '10.0.0.0/8 192.0.2.7'` };
  if (words.length === 0) return { wrong: "names nobody: give addresses or networks, e.g. '10.0.0.0/8 192.0.2.7'" };
  if (words.length > MOST) return { wrong: `holds ${words.length} addresses, more than ${MOST}` };
  return { value: [...new Set(words.map((word) => canonicalNetwork(word) ?? ''))] };
};

/** HAPROXY_{n}_BACKEND_NETWORK_ALLOWED_ACL: addresses and networks of clients that are let in, separated by blanks; all others are not. */
export const networkAllowed: PortLabel<readonly string[] | undefined> = { name: 'BACKEND_NETWORK_ALLOWED_ACL', absent: undefined, parse };
