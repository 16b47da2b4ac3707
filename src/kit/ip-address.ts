import ipaddr from 'ipaddr.js';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
/** Without a zone ('%eth0'): it means nothing on another host, and HAProxy refuses it. */
const IPV6_ALPHABET = /^[0-9a-f:.]{2,45}$/i;

const canonicalIpv6 = (text: string): string => {
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
};

/**
 * The address as HAProxy writes it back (RFC 5952; an IPv4 address in IPv6 dress as IPv4), so that what is wanted and what is observed can be
 * compared as text. Undefined: not one IP address.
 */
export const canonicalIp = (text: string): string | undefined => {
  if (IPV4.test(text)) return text;
  return IPV6_ALPHABET.test(text) && ipaddr.IPv6.isValid(text) ? canonicalIpv6(text) : undefined;
};

/** Whether only this machine reaches that host: an address, or a name. Any name but localhost may lead elsewhere. */
export const isLoopback = (host: string): boolean => {
  const address = canonicalIp(host);
  return host.toLowerCase() === 'localhost' || address === '::1' || address?.startsWith('127.') === true;
};

/** Where clouds tell the programs on a host its secrets, beside link-local ones: Amazon by IPv6, Google by IPv6, Alibaba, Azure. */
const METADATA: ReadonlySet<string> = new Set(['fd00:ec2::254', 'fd20:ce::254', '100.100.100.200', '168.63.129.16']);

/** @param address in canonical form */
export const isMetadata = (address: string): boolean => METADATA.has(address);
