import { knownName, type Name, nameOf } from './name.ts';
import type { Rdata } from './record.ts';

const IN_ADDR = ['in-addr', 'arpa'];
const IP6 = ['ip6', 'arpa'];

/** The name that an address's PTR records have (RFC 1035, 3.5; RFC 3596, 2.5). @param data 4 or 16 bytes */
export const reverseName = (data: Rdata): Name | undefined => {
  const bytes = [...Buffer.from(data, 'latin1')].reverse();
  if (bytes.length === 4) return nameOf([...bytes.map(String), ...IN_ADDR]);
  return nameOf([...bytes.flatMap((byte) => [(byte & 15).toString(16), (byte >> 4).toString(16)]), ...IP6]);
};

const range = (from: number, to: number, rest: string): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `${from + at}.${rest}`);

/**
 * Reverse zones of addresses that are private, or mean nothing beyond a host: RFC 6303, 4; shared addresses (RFC 7793); 11/8, where DC/OS has its virtual
 * addresses. Without a zone of ours questions for them would go to the root servers.
 */
export const PRIVATE_REVERSE_ZONES: readonly Name[] = [
  ...['0', '10', '11', '127', '254.169', '168.192', '2.0.192', '100.51.198', '113.0.203', '255.255.255.255'].map(
    (zone) => `${zone}.in-addr.arpa`,
  ),
  ...range(16, 31, '172.in-addr.arpa'),
  ...range(64, 127, '100.in-addr.arpa'),
  `1${'.0'.repeat(31)}.ip6.arpa`,
  `0${'.0'.repeat(31)}.ip6.arpa`,
  'd.f.ip6.arpa',
  ...['8', '9', 'a', 'b'].map((nibble) => `${nibble}.e.f.ip6.arpa`),
  '8.b.d.0.1.0.0.2.ip6.arpa',
].map(knownName);
