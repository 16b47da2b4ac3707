import type { App, HealthCheck } from '../model/app.ts';
import type { Check, Mode, ServerOptions } from './desired.ts';

/** Marathon-LB 5.5.1: the first check with a port of its own, which then is for every port, or with this port's index. Commands have neither. */
export const checkForPort = (app: App, portIndex: number): HealthCheck | undefined =>
  app.healthChecks.find((check) => hasOwnPort(check) || check.portIndex === portIndex);

/** Port 0 is none, and HAProxy refuses it. */
const hasOwnPort = (check: HealthCheck): check is HealthCheck & { readonly port: number } => check.port !== undefined && check.port > 0;

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

/**
 * A path that could end the word or the line in haproxy.cfg is percent-encoded, as in a request line. By code point: half of a surrogate pair
 * cannot be encoded.
 */
const safePath = (path: string | undefined): string => {
  const text = path === undefined || path === '' ? '/' : path.toWellFormed();
  const absolute = text.startsWith('/') ? text : `/${text}`;
  return absolute.replaceAll(/[^!$&()*+,\-./0-9:;=?@A-Z_a-z~%]/gu, (character) =>
    character === "'" ? '%27' : encodeURIComponent(character),
  );
};

/** HAProxy takes whole numbers; what is out of range would make it refuse the whole configuration. */
const wholeSeconds = (seconds: number): number => Math.min(86_400, Math.max(1, Math.ceil(seconds)));

export const timeoutSeconds = (check: HealthCheck): number => wholeSeconds(check.timeoutSeconds);

const MOST_FAILURES = 1_000_000;

/** Marathon kills at failure number maxConsecutiveFailures + 1; so does HAProxy's `fall`. */
export const serverOptions = (check: HealthCheck | undefined): ServerOptions => {
  if (check === undefined) return {};
  const timing = { intervalSeconds: wholeSeconds(check.intervalSeconds), fall: Math.min(MOST_FAILURES, check.maxConsecutiveFailures + 1) };
  return { check: hasOwnPort(check) ? { ...timing, port: check.port } : timing };
};
