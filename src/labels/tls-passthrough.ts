import { parseBoolean, type PortLabel } from './label.ts';

/** HAPROXY_{n}_TLS_PASSTHROUGH: TLS connections to the hosts of VHOST are not decrypted here, but by the servers. Works together with VHOST only. */
export const tlsPassthrough: PortLabel<boolean> = { name: 'TLS_PASSTHROUGH', absent: false, parse: parseBoolean };
