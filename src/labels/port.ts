import { parseInteger, type PortLabel } from './label.ts';

/** HAPROXY_{n}_PORT: service port in place of Marathon's, in the listener and in the backend's name. */
export const port: PortLabel<number | undefined> = { name: 'PORT', absent: undefined, parse: (text) => parseInteger(text, 1, 65535) };
