import ipaddr from 'ipaddr.js';
import { canonicalIp } from '../kit/ip-address.ts';
import { type Rdata, TYPE } from './record.ts';

/** An address as a record has it. */
export interface AddressData {
  readonly type: typeof TYPE.A | typeof TYPE.AAAA;
  /** 4 or 16 bytes. */
  readonly data: Rdata;
}

const bytesOf = (address: string): Rdata =>
  address.includes(':')
    ? String.fromCharCode(...ipaddr.IPv6.parse(address).toByteArray())
    : String.fromCharCode(...address.split('.').map(Number));

/** Of an IPv4 or IPv6 address; an IPv4 address in IPv6 dress is an A. Undefined: it is none. */
export const addressData = (text: string): AddressData | undefined => {
  const address = canonicalIp(text);
  return address === undefined ? undefined : { type: address.includes(':') ? TYPE.AAAA : TYPE.A, data: bytesOf(address) };
};

/** Those that are addresses, each once. */
export const addressesData = (texts: readonly string[]): readonly AddressData[] => {
  const known = new Map<Rdata, AddressData>();
  for (const text of texts) {
    const address = addressData(text);
    if (address !== undefined) known.set(address.data, address);
  }
  return [...known.values()];
};

/** '10.0.0.1', '2001:db8::1' (RFC 5952). @param data 4 or 16 bytes */
export const addressText = (data: Rdata): string => {
  const bytes = [...Buffer.from(data, 'latin1')];
  return bytes.length === 4 ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
};
