import { hideCredentials } from '../kit/hide-credentials.ts';
import { nonsense } from './failures.ts';
import type { Authorization, Origin, Origins } from './origins.ts';

/** One request on the way to an answer. */
export interface Hop {
  readonly url: URL;
  readonly authorization?: Authorization;
}

export const firstHop = (origin: Origin, path: string): Hop => {
  const url = new URL(origin.base + path);
  return origin.authorization === undefined ? { url } : { url, authorization: origin.authorization };
};

const isDowngrade = (from: URL, to: URL): boolean => from.protocol === 'https:' && to.protocol !== 'https:';

/** A proxy before Marathon may have taken away a prefix, which Marathon does not know of. */
const isSamePath = (from: string, to: string): boolean => from.endsWith(to) && to.startsWith('/v2/');

/**
 * Why a redirect is not followed; undefined: it is. To another host only for the very path that was asked for, as a standby sends event streams
 * to its leader under a name that is often in no configuration (Marathon 1.7 and later): a login page is no Marathon. Never to plain http after
 * https: anybody on the way could answer.
 */
const whyNot = (hop: Hop, to: URL, origins: Origins): string | undefined => {
  if (to.origin === hop.url.origin || origins.configured(to) !== undefined) return undefined;
  if (isDowngrade(hop.url, to)) return 'which is plain http after https';
  return isSamePath(hop.url.pathname, to.pathname)
    ? undefined
    : 'which is neither a Marathon that is configured nor the path that was asked for';
};

/**
 * Who may see the credentials after a redirect: the same origin; another configured Marathon (its own ones); and whom a configured
 * Marathon names. Nobody else: a host named by a host that was itself only named gets the request without them.
 */
const authorizationAfter = (hop: Hop, to: URL, origins: Origins): Authorization | undefined => {
  if (to.origin === hop.url.origin) return hop.authorization;
  const configured = origins.configured(to);
  if (configured !== undefined) return configured.authorization;
  return origins.configured(hop.url) === undefined ? undefined : hop.authorization;
};

/** Where a redirect leads. @throws SluiceError MARATHON_NONSENSE where it is not followed */
export const nextHop = (hop: Hop, location: string, origins: Origins): Hop => {
  const from = hop.url.origin + hop.url.pathname;
  if (!URL.canParse(location, hop.url.href)) throw nonsense(from, `redirects to "${hideCredentials(location)}", which is no URL`);
  const url = new URL(location, hop.url);
  url.username = '';
  url.password = '';
  const because = whyNot(hop, url, origins);
  if (because !== undefined) throw nonsense(from, `redirects to ${url.origin}${url.pathname}, ${because}`);
  const authorization = authorizationAfter(hop, url, origins);
  return authorization === undefined ? { url } : { url, authorization };
};
