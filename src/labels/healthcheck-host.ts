import type { Parsed, PortLabel } from './label.ts';

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

const parse = (text: string): Parsed<string | undefined> => {
  const host = text.toLowerCase();
  return HOST.test(host) ? { value: host } : { wrong: "must be one host name, e.g. 'shop.example.com'" };
};

/** HAPROXY_{n}_HEALTHCHECK_HOST: HAProxy's check by HTTP asks in HTTP/1.1, for this host. */
export const healthcheckHost: PortLabel<string | undefined> = { name: 'HEALTHCHECK_HOST', absent: undefined, parse };
