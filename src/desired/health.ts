import type { App, HealthCheck } from '../model/app.ts';
import type { Check, Mode, ServerOptions } from './desired.ts';

/** Marathon-LB 5.5.1: the first check with a port of its own, which then is for every port, or with this port's index. Commands have neither. */
export const checkForPort = (app: App, portIndex: number): HealthCheck | undefined =>
  app.healthChecks.find((check) => check.port !== undefined || check.portIndex === portIndex);

/** Marathon-LB 5.5.2: the label, else http for an HTTP check, else http for a virtual host. */
export const modeOf = (label: Mode | undefined, check: HealthCheck | undefined, hasVhost: boolean): Mode =>
  label ?? (check?.protocol === 'HTTP' || hasVhost ? 'http' : 'tcp');

/**
 * How HAProxy checks: by HTTP where both the backend and the check speak it, else by a connect. A check by HTTPS becomes a connect:
 * a request in plain text to a TLS port would take a good server down.
 */
export const haproxyCheck = (mode: Mode, check: HealthCheck): Check => {
  const isHttp = mode === 'http' && (check.protocol === 'HTTP' || check.protocol === 'MESOS_HTTP');
  return isHttp ? { kind: 'http', path: safePath(check.path) } : { kind: 'tcp' };
};

/** A path that could end the word or the line in haproxy.cfg is percent-encoded, as in a request line. */
const safePath = (path: string | undefined): string => {
  const text = path === undefined || path === '' ? '/' : path;
  const absolute = text.startsWith('/') ? text : `/${text}`;
  return absolute.replaceAll(/[^!$&'()*+,\-./0-9:;=?@A-Z_a-z~%]|'/g, encodeURIComponent).replaceAll(/['#\\"]/g, percent);
};

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Marathon kills at failure number maxConsecutiveFailures + 1; so does HAProxy's `fall`. */
export const serverOptions = (check: HealthCheck | undefined): ServerOptions => {
  if (check === undefined) return {};
  const timing = { intervalSeconds: Math.max(1, check.intervalSeconds), fall: check.maxConsecutiveFailures + 1 };
  return { check: check.port === undefined ? timing : { ...timing, port: check.port } };
};
