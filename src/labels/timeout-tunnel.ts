import { parseDuration } from './duration.ts';
import type { PortLabel } from './label.ts';

/** HAPROXY_{n}_TIMEOUT_TUNNEL: how long both sides of a WebSocket or of another tunnel may be silent. Milliseconds. */
export const timeoutTunnel: PortLabel<number | undefined> = { name: 'TIMEOUT_TUNNEL', absent: undefined, parse: parseDuration('1s', '7d') };
