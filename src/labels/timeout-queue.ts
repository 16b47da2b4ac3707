import { parseDuration } from './duration.ts';
import type { PortLabel } from './label.ts';

/** HAPROXY_{n}_TIMEOUT_QUEUE: how long a request may wait for a server that takes another. Milliseconds. */
export const timeoutQueue: PortLabel<number | undefined> = {
  name: 'TIMEOUT_QUEUE',
  absent: undefined,
  parse: parseDuration('50ms', '10m'),
};
