import { canonicalIp } from '../../kit/ip-address.ts';

/** Where somebody is asked; `host` is an address in canonical form. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** '10.0.0.2:53', '[fd00::2]:53'. */
export const placeText = ({ host, port }: Place): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

const DNS_PORT = 53;

/** The nameservers of a resolv.conf (man 5 resolv.conf), in order, none twice. Those with a zone ('fe80::1%eth0') are left out. */
export const nameserversOf = (text: string): readonly Place[] => {
  const words = text.split('\n').map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? '');
  return [...new Set(words.flatMap((word) => canonicalIp(word) ?? []))].map((host) => ({ host, port: DNS_PORT }));
};

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** A host that listens on all its addresses listens on all of 127.0.0.0/8 too. */
const isOwn = (host: string, own: ReadonlySet<string>): boolean =>
  own.has(host) || host.startsWith('127.') || host === '::1' || EVERYWHERE.has(host);

const leadsTo = (place: Place, listener: Place, own: ReadonlySet<string>): boolean =>
  place.port === listener.port && (place.host === listener.host || (EVERYWHERE.has(listener.host) && isOwn(place.host, own)));

/**
 * Without those where we listen ourselves, so that no question is asked of us by us. Another server on this host, behind another port or address, may
 * well be asked. @param own addresses of this host, canonical
 */
export const withoutListeners = (places: readonly Place[], listeners: readonly Place[], own: ReadonlySet<string>): readonly Place[] =>
  places.filter((place) => !listeners.some((listener) => leadsTo(place, listener, own)));
