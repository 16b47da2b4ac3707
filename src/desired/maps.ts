import { DECRYPTED } from './names.ts';

/**
 * The map files, by name. Each is `maps/<name>.map` beside haproxy.cfg, one `key value` a line.
 *
 * | name | key | value | looked up by |
 * | --- | --- | --- | --- |
 * | routes | 'host/' + path prefix, e.g. 'shop.example/', 'shop.example/cart'; host may be '*.example' or '*' | backend | map_beg: the longest prefix wins |
 * | redirects | backend | '301', or 'passthrough': it takes TLS only | exact: on port 80 this backend is reached by https only |
 * | apps | Marathon app id in lower case | backend | exact |
 * | backends | backend | its `shape` | never for traffic: it is where HAProxy remembers what it was given |
 * | ranks | frontend (http, https, app-id), '/', backend that shares a host or id with a block | number of blocks of that frontend that are asked before it | exact, where the frontend has blocks |
 * | owned | 'http/' or 'https/' and host, 'id/' and app id, of apps with rules of their own | 'true' | exact, where the frontend has blocks |
 * | passthrough | host that TLS clients ask for; '*.example' or '*', too | backend; or DECRYPTED where requests for that host are decrypted | exact; there only with --tls-passthrough |
 * | colours | backend of a deployment group; backend, '/', colour that may be asked for | 'user' or 'request': by what it is split; backend of that colour | exact |
 * | splits | backend, '/', first digits of 1000 to 1999 | backend of the colour that visitors with these numbers have | map_beg |
 * | drain | 'node' | 'true' | exact: while it is there HAProxy's health check fails, so that others send their traffic elsewhere |
 *
 * Beside them stands `guarded` where the https frontend has hosts with options (Frontend.guarded): host -> Guard, read at reloads alone.
 */
export const MAPS = ['routes', 'redirects', 'apps', 'ranks', 'owned', 'colours', 'splits', 'backends', 'drain'] as const;

/** The map that is there with --tls-passthrough only. */
export const PASSTHROUGH_MAP = 'passthrough';

export type MapName = (typeof MAPS)[number] | typeof PASSTHROUGH_MAP;

/** The one entry of the map `drain`. */
export const DRAIN = { map: 'drain', key: 'node', value: 'true' } as const;

/** Of the map `colours`: that a backend has some. */
const isSplitEntry = (map: string, key: string): boolean => map === 'colours' && !key.includes('/');

/** The backend that an entry leads to; undefined: it leads nowhere. */
export const backendOfEntry = (map: string, key: string, value: string | undefined): string | undefined => {
  if (map === DRAIN.map || map === 'ranks' || map === 'owned' || (map === PASSTHROUGH_MAP && value === DECRYPTED)) return undefined;
  if (isSplitEntry(map, key)) return undefined;
  return map === 'redirects' ? key : value;
};
