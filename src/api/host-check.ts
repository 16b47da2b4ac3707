import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Without its port and the brackets of IPv6, in lower case. undefined: no such thing. */
const nameIn = (host: string): string | undefined => {
  const [, v6, other] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return (v6 ?? other)?.toLowerCase();
};

/**
 * What is wrong with a request's Host header; undefined: nothing. A page in a browser may have its own name lead to this machine (DNS
 * rebinding) and would then read the answers: its requests carry that name. Addresses and this machine's own names cannot be had so.
 * @param listenHost where the API listens, as the operator wrote it
 */
export const wrongHost = (host: string | undefined, listenHost: string): string | undefined => {
  // Browsers always send one; checks that speak HTTP/1.0 do not.
  if (host === undefined || host === '') return undefined;
  const own = hostname().toLowerCase();
  const name = nameIn(host);
  if (name !== undefined && (isIP(name) !== 0 || ['localhost', own, listenHost.toLowerCase()].includes(name))) return undefined;
  return `the Host header '${host}' is no name of this API: ask by IP address, as localhost, as ${own}, or by the name that --api-listen has`;
};
