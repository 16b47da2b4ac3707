import { parseDuration } from './duration.ts';
import type { PortLabel } from './label.ts';

/** HAPROXY_{n}_TIMEOUT_CLIENT: how long a client may be silent while it is waited for. Milliseconds. */
export const timeoutClient: PortLabel<number | undefined> = { name: 'TIMEOUT_CLIENT', absent: undefined, parse: parseDuration('1s', '7d') };
