import { parseBoolean, type PortLabel } from './label.ts';

/** HAPROXY_{n}_STICKY: a cookie keeps a client on its server (http only). */
export const sticky: PortLabel<boolean> = { name: 'STICKY', absent: false, parse: parseBoolean };
