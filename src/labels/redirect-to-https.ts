import { parseBoolean, type PortLabel } from './label.ts';

/** HAPROXY_{n}_REDIRECT_TO_HTTPS: on the http port, 301 to the same URL by https. Works together with VHOST only. */
export const redirectToHttps: PortLabel<boolean> = { name: 'REDIRECT_TO_HTTPS', absent: false, parse: parseBoolean };
