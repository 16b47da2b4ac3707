import { canonicalIp } from '../../kit/ip-address.ts';

/** `host`: an address in canonical form, or a name where one may be given. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const HIGHEST_PORT = 65_535;
const HOST_AND_PORT = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\d{1,5})$/;

/** 'host:port' or '[v6]:port'; undefined: it is none. */
export const hostAndPort = (text: string): Endpoint | undefined => {
  const [, bracketed, plain = '', digits] = HOST_AND_PORT.exec(text) ?? [];
  const port = Number(digits);
  const address = canonicalIp(bracketed ?? plain);
  // What stands in brackets is IPv6.
  if (bracketed !== undefined && address === undefined) return undefined;
  const host = address ?? plain;
  return /^[\w.-]+$|:/.test(host) && port >= 1 && port <= HIGHEST_PORT ? { host, port } : undefined;
};

/** As `hostAndPort`, the host being an address, and also an address alone, with that port. */
export const addressAndPort = (text: string, otherwise: number): Endpoint | undefined => {
  const alone = canonicalIp(text);
  if (alone !== undefined) return { host: alone, port: otherwise };
  const both = hostAndPort(text);
  return both === undefined || canonicalIp(both.host) === undefined ? undefined : both;
};

export const endpointText = ({ host, port }: Endpoint): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
