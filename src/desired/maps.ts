/**
 * The map files, by name. Each is `maps/<name>.map` beside haproxy.cfg, one `key value` a line.
 *
 * | name | key | value | looked up by |
 * | --- | --- | --- | --- |
 * | routes | 'host/' + path prefix, e.g. 'shop.example/', 'shop.example/cart'; host may be '*.example' or '*' | backend | map_beg: the longest prefix wins |
 * | redirects | backend | '301' | exact: on port 80 this backend is reached by https only |
 * | apps | Marathon app id in lower case | backend | exact |
 * | backends | backend | its `shape` | never for traffic: it is where HAProxy remembers what it was given |
 */
export const MAPS = ['routes', 'redirects', 'apps', 'backends'] as const;
