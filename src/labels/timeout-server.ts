import { parseDuration } from './duration.ts';
import type { PortLabel } from './label.ts';

/** HAPROXY_{n}_TIMEOUT_SERVER: how long a server may be silent while it is waited for. Milliseconds. */
export const timeoutServer: PortLabel<number | undefined> = {
  name: 'TIMEOUT_SERVER',
  absent: undefined,
  parse: parseDuration('100ms', '7d'),
};
