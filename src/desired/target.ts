import { isLoopback, isMetadata } from '../kit/ip-address.ts';
import type { BuildOptions } from './options.ts';

/** What of the options says where this load balancer itself is. */
export type OwnPlaces = Pick<
  BuildOptions,
  'bindAddress' | 'statsAddress' | 'bindHttpHttps' | 'httpPort' | 'httpsPort' | 'statsPort' | 'appIdPort' | 'apiPort' | 'ownAddresses'
>;

/** Of one cable only; 169.254.169.254 tells programs in a cloud the secrets of their host. */
const isLinkLocal = (address: string): boolean => address.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/.test(address);

/** Why no server may have this address, in canonical form; undefined where one may. */
const whyNoHost = (address: string): string | undefined => {
  // HAProxy takes the unspecified address for the one that the client came to: everything that listens on this host was open to everybody.
  if (address === '::' || address.startsWith('0.')) return 'is not the address of a host';
  if (address === '255.255.255.255') return 'is a broadcast address';
  if (isLinkLocal(address)) return 'is a link-local address';
  if (isMetadata(address)) return 'is where a cloud tells the secrets of a host';
  const isMulticast = address.includes(':') ? /^ff[0-9a-f]{2}:/.test(address) : Number(address.slice(0, address.indexOf('.'))) >> 4 === 14;
  return isMulticast ? 'is a multicast address' : undefined;
};

const isOfThisHost = (address: string, { ownAddresses }: OwnPlaces): boolean => isLoopback(address) || ownAddresses?.has(address) === true;

const isWhereHaproxyListens = (address: string, port: number, own: OwnPlaces): boolean => {
  const listens = port === own.statsPort ? (own.statsAddress ?? own.bindAddress) : own.bindAddress;
  return ['*', '0.0.0.0', '::'].includes(listens) ? isOfThisHost(address, own) : address === listens;
};

/** What of this load balancer's own has the place; undefined: nothing. Requests would go round for ever, or come to what is for operators alone. */
const ownAt = (address: string, port: number, own: OwnPlaces, servicePort: number | undefined): string | undefined => {
  if (port === own.apiPort) return isOfThisHost(address, own) ? 'the control API' : undefined;
  const isEdge = own.bindHttpHttps && (port === own.httpPort || port === own.httpsPort);
  if (!isEdge && ![own.statsPort, own.appIdPort, servicePort].includes(port)) return undefined;
  return isWhereHaproxyListens(address, port, own) ? 'this load balancer itself' : undefined;
};

/**
 * Why no server may be there; undefined where one may. `address` is in canonical form.
 * @param servicePort the one that a listener is opened on for this very backend
 */
export const whyNoTarget = (address: string, port: number, own: OwnPlaces, servicePort: number | undefined): string | undefined => {
  const because = whyNoHost(address);
  if (because !== undefined) return `its address, '${address}', ${because}`;
  const what = ownAt(address, port, own, servicePort);
  return what === undefined ? undefined : `${what} listens at its address and port, ${address} ${port}`;
};
