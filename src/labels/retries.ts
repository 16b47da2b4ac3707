import { parseInteger, type PortLabel } from './label.ts';

/** HAPROXY_{n}_RETRIES: how often a connection to a server is tried again. */
export const retries: PortLabel<number | undefined> = { name: 'RETRIES', absent: undefined, parse: (text) => parseInteger(text, 0, 10) };
