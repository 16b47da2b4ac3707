import { parseBoolean, type PortLabel } from './label.ts';

/** HAPROXY_{n}_USE_HSTS: browsers are told to come by https only, for half a year (http only). */
export const useHsts: PortLabel<boolean> = { name: 'USE_HSTS', absent: false, parse: parseBoolean };
