import ipaddr from 'ipaddr.js';
import { canonicalIp } from './ip-address.ts';

/** An address or a network as HAProxy takes it ('10.0.0.0/8', '192.0.2.7'); undefined: it is none. */
export const canonicalNetwork = (word: string): string | undefined => {
  const [, text = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(word) ?? [];
  const address = canonicalIp(text);
  if (address === undefined) return undefined;
  if (length === undefined) return address;
  return Number(length) <= (address.includes(':') ? 128 : 32) ? `${address}/${Number(length)}` : undefined;
};

interface Range {
  readonly text: string;
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  readonly bits: number;
}

const rangeOf = (network: string): Range => {
  const [text = '', length] = network.split('/');
  const address = ipaddr.parse(text);
  return { text: network, address, bits: length === undefined ? address.toByteArray().length * 8 : Number(length) };
};

const holds = (outer: Range, inner: Range): boolean =>
  outer.address.kind() === inner.address.kind() && outer.bits <= inner.bits && inner.address.match(outer.address, outer.bits);

/** What is in both lists: of two networks one is within the other, or they have nothing in common. Each must be canonical. */
export const commonNetworks = (some: readonly string[], others: readonly string[]): readonly string[] => {
  const [left, right] = [some.map(rangeOf), others.map(rangeOf)];
  const common = left.flatMap((a) => right.flatMap((b) => (holds(a, b) ? [b.text] : holds(b, a) ? [a.text] : [])));
  return [...new Set(common)];
};
