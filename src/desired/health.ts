import { equal } from '../kit/equal.ts';
import type { PortSettings } from '../labels/catalogue.ts';
import type { App, HealthCheck } from '../model/app.ts';
import { checkedIndex } from './checked-port.ts';
import type { Check, Mode, ServerOptions } from './desired.ts';
import type { BuildOptions } from './options.ts';

type Compat = BuildOptions['compat'];

/** Marathon's check of a port, and what HAProxy's is to be like. */
export interface PortCheck {
  readonly check: HealthCheck;
  /** Index of another port of the app, which is checked in place of this one. */
  readonly otherPort?: number;
  /** It is the other port's: this one has none. */
  readonly isBorrowed: boolean;
  readonly compat: Compat;
  /** What comes to the port is TLS that is not ended here. */
  readonly isPassthrough: boolean;
}

/** Port 0 is none, and HAProxy refuses it. */
const hasOwnPort = (check: HealthCheck): check is HealthCheck & { readonly port: number } => check.port !== undefined && check.port > 0;

/** Marathon-LB 5.5.1: the first check with a port of its own, which then is for every port, or with this port's index. Commands have neither. */
const checkForPort = (app: App, portIndex: number): HealthCheck | undefined =>
  app.healthChecks.find((check) => hasOwnPort(check) || check.portIndex === portIndex);

/** The check of a port: its own, else that of the port that is to be checked in its place. */
export const portCheck = (app: App, index: number, settings: PortSettings, compat: Compat): PortCheck | undefined => {
  const otherPort = checkedIndex(app, index, settings, compat);
  const own = checkForPort(app, index);
  const check = own ?? (otherPort === undefined ? undefined : checkForPort(app, otherPort));
  if (check === undefined) return undefined;
  return {
    check,
    ...(otherPort === undefined ? {} : { otherPort }),
    isBorrowed: own === undefined,
    compat,
    isPassthrough: settings.tlsPassthrough,
  };
};

/** What a check asks, and where. */
const asked = ({ check, otherPort }: PortCheck): readonly unknown[] => [check.protocol, check.path ?? '/', check.port ?? 0, otherPort];

/**
 * One check for the servers of several definitions. Where theirs differ it is a connect: asked what another one answers, a good server would go
 * down, and whether its own finds it well, Marathon tells. @param others undefined: a definition without a check
 */
export const sharedCheck = (own: PortCheck, others: readonly (PortCheck | undefined)[]): PortCheck => {
  if (others.every((other) => other !== undefined && equal(asked(own), asked(other)))) return own;
  const { port, ...check } = own.check;
  const isOnePort = others.every((other) => other?.check.port === port);
  return { ...own, check: { ...check, ...(isOnePort && port !== undefined ? { port } : {}), protocol: 'TCP' } };
};

const PLAIN: ReadonlySet<string> = new Set(['HTTP', 'MESOS_HTTP']);
const TLS: ReadonlySet<string> = new Set(['HTTPS', 'MESOS_HTTPS']);

const isHttp = ({ protocol }: HealthCheck): boolean => PLAIN.has(protocol) || TLS.has(protocol);

/** Whether who made this check meant the port to speak HTTP. Marathon-LB took a check by MESOS_HTTP for one of a port that does not. */
const speaksHttp = ({ check, isBorrowed, compat }: PortCheck): boolean =>
  isBorrowed ? isHttp(check) : check.protocol === 'HTTP' || (compat === 'fixed' && check.protocol === 'MESOS_HTTP');

/**
 * Marathon-LB 5.5.2: the label, else http for a check by HTTP, else http for a virtual host. A password is asked for by HTTP, too.
 * Strict: a check that is borrowed of another port comes before the label. What is not decrypted is tcp, whatever is in it.
 */
export const modeOf = (settings: PortSettings, check: PortCheck | undefined, compat: Compat): Mode => {
  if (settings.tlsPassthrough) return 'tcp';
  const byCheck = check !== undefined && speaksHttp(check);
  if (compat === 'strict' && byCheck && check.isBorrowed) return 'http';
  const asksForPassword = compat === 'fixed' && settings.auth !== undefined;
  return settings.mode ?? (byCheck || asksForPassword || settings.vhosts.length > 0 ? 'http' : 'tcp');
};

/** Whether HAProxy asks by HTTP. What another port speaks has nothing to do with this one's mode, and what speaks TLS is asked over TLS. */
const asksByHttp = (mode: Mode, { check, isBorrowed, compat, isPassthrough }: PortCheck): boolean =>
  isHttp(check) && (mode === 'http' || (compat === 'fixed' && isBorrowed) || (isPassthrough && TLS.has(check.protocol)));

/** How HAProxy checks: by HTTP where both the backend and the check speak it, else by a connect. */
export const haproxyCheck = (mode: Mode, check: PortCheck, host: string | undefined): Check => {
  if (!asksByHttp(mode, check)) return { kind: 'tcp' };
  return { kind: 'http', path: safePath(check.check.path), ...(host === undefined ? {} : { host }) };
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

/**
 * What the lines of all servers say of their check. Marathon kills at failure number maxConsecutiveFailures + 1; so does HAProxy's `fall`.
 * Marathon-LB asked in plain text what is to be asked over TLS, and took good servers out.
 */
export const serverCheck = (mode: Mode, portCheck: PortCheck, host: string | undefined): NonNullable<ServerOptions['check']> => {
  const { check, otherPort, compat, isPassthrough } = portCheck;
  const isTls = (compat === 'fixed' || isPassthrough) && TLS.has(check.protocol) && asksByHttp(mode, portCheck);
  return {
    intervalSeconds: wholeSeconds(check.intervalSeconds),
    fall: Math.min(MOST_FAILURES, check.maxConsecutiveFailures + 1),
    ...(otherPort === undefined && hasOwnPort(check) ? { port: check.port } : {}),
    ...(otherPort === undefined ? {} : { portOfServer: true }),
    ...(isTls ? { tls: host === undefined ? {} : { name: host } } : {}),
  };
};
