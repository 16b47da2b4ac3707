import { parseInteger, type PortLabel } from './label.ts';

/** HAPROXY_{n}_MAXCONN: requests (http) or connections (tcp) that a server gets at once; others wait. */
export const maxconn: PortLabel<number | undefined> = {
  name: 'MAXCONN',
  absent: undefined,
  parse: (text) => parseInteger(text, 1, 100_000),
};
