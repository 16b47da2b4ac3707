import type { Origin, Origins } from './origins.ts';

/** One request on the way to an answer. */
export interface Hop {
  readonly url: URL;
  readonly authorization?: string;
}

export const firstHop = (origin: Origin, path: string): Hop => {
  const url = new URL(origin.base + path);
  return origin.authorization === undefined ? { url } : { url, authorization: origin.authorization };
};

const isDowngrade = (from: URL, to: URL): boolean => from.protocol === 'https:' && to.protocol !== 'https:';

/**
 * Who may see the credentials after a redirect: the same origin; another configured Marathon (its own ones); and whom a configured
 * Marathon names for the very path that was asked for, since a standby sends event streams to its leader under a name that is often
 * in no configuration (Marathon 1.7 and later). Nobody else: a login page on another host, a host named by a host that was itself only
 * named, or plain http after https gets the request without them.
 */
const authorizationAfter = (hop: Hop, to: URL, origins: Origins): string | undefined => {
  if (to.origin === hop.url.origin) return hop.authorization;
  const configured = origins.configured(to);
  if (configured !== undefined) return configured.authorization;
  const isNamedLeader = origins.configured(hop.url) !== undefined && to.pathname === hop.url.pathname;
  return isNamedLeader && !isDowngrade(hop.url, to) ? hop.authorization : undefined;
};

/** Where a redirect leads. @throws TypeError when `location` is no URL */
export const nextHop = (hop: Hop, location: string, origins: Origins): Hop => {
  const url = new URL(location, hop.url);
  url.username = '';
  url.password = '';
  const authorization = authorizationAfter(hop, url, origins);
  return authorization === undefined ? { url } : { url, authorization };
};
