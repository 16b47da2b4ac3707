import { parseInteger, type PortLabel } from './label.ts';

/** HAPROXY_{n}_BACKEND_HEALTHCHECK_PORT_INDEX: which port of the app is checked in place of this one; below 0: counted from the last. */
export const healthcheckPortIndex: PortLabel<number | undefined> = {
  name: 'BACKEND_HEALTHCHECK_PORT_INDEX',
  absent: undefined,
  parse: (text) => parseInteger(text, -9999, 9999),
};
