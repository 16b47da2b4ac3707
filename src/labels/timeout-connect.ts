import { parseDuration } from './duration.ts';
import type { PortLabel } from './label.ts';

/** HAPROXY_{n}_TIMEOUT_CONNECT: how long a connection to a server may take to come about. Milliseconds. */
export const timeoutConnect: PortLabel<number | undefined> = {
  name: 'TIMEOUT_CONNECT',
  absent: undefined,
  parse: parseDuration('50ms', '19s'),
};
