import { parseBoolean, type PortLabel } from './label.ts';

/** HAPROXY_{n}_KEEP_ROUTE: the port has its routes also while it has no servers: requests are answered 503, and not led to a less specific app. */
export const keepRoute: PortLabel<boolean> = { name: 'KEEP_ROUTE', absent: false, parse: parseBoolean };
