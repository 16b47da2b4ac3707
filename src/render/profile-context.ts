import type { Profile } from '../desired/desired.ts';
import type { HttpRules } from '../desired/http-rules.ts';
import type { Page } from '../kit/page.ts';
import { lineText } from '../pieces/lines.ts';
import { HOST } from '../pieces/own-block.ts';
import { inLines } from './in-lines.ts';
import { hostPattern, pathPattern } from './patterns.ts';

/** One word, whatever is in it: the labels' parsers let no single quote through. */
const quoted = (text: string): string => `'${text}'`;

/** In a text that HAProxy puts together, `%` begins a variable. */
const literal = (text: string): string => text.replaceAll('%', '%%');

const corsContext = (cors: HttpRules['cors']): object | '' => {
  if (cors === undefined) return '';
  const { origins } = cors;
  return origins === 'any' ? { any: true, origins: [] } : { any: false, origins: inLines(origins) };
};

const authContext = (auth: HttpRules['auth']): object | '' =>
  auth === undefined
    ? ''
    : {
        userlist: auth.userlist,
        realm: quoted(auth.realm),
        user: quoted(auth.user),
        password: quoted(auth.passwordHash),
        freeFrontends: auth.freeFrontends.join(' '),
      };

const stripContext = (strip: HttpRules['stripPrefix']): object | '' => {
  if (strip === undefined) return '';
  const prefix = pathPattern(strip.prefix);
  return strip.withinWords
    ? { pattern: quoted(`^${prefix}/?(.*)`), path: quoted('/\\1') }
    : { pattern: quoted(`^${prefix}(/(.*))?$`), path: quoted('/\\2') };
};

/** Conditions on the request's host, each of which is enough; '' = none is needed. */
const hostConditions = (hosts: readonly string[]): readonly string[] => {
  if (hosts.length === 0 || hosts.includes('*')) return [''];
  const wildcards = hosts.filter((host) => host.startsWith('*'));
  const names = hosts.filter((host) => !host.startsWith('*'));
  return [
    ...inLines(names).map((line) => ` { ${HOST} -m str ${line} }`),
    ...inLines(wildcards.map((name) => name.slice(1))).map((line) => ` { ${HOST} -m end ${line} }`),
  ];
};

const redirectContext = (redirect: HttpRules['rootRedirect']): object | '' =>
  redirect === undefined ? '' : { location: quoted(literal(redirect.location)), conditions: hostConditions(redirect.hosts) };

const locationContext = (location: HttpRules['locationRoot']): object | '' => {
  if (location === undefined) return '';
  const { hosts, root, keepsRest } = location;
  // `//other.example/` is no path, but another host.
  const rest = '(/([^/].*)?)$';
  const rewritten = keepsRest ? `${literal(root)}\\4` : literal(root === '' ? '/' : root);
  // Without a host no group may be missing: the numbers count.
  const ownHost = hosts.length === 0 ? '()()()' : `([hH][tT][tT][pP][sS]?://(${hosts.map(hostPattern).join('|')})(:[0-9]+)?)?`;
  return { pattern: quoted(`^${ownHost}${rest}`), location: quoted(rewritten) };
};

/** Beyond ASCII byte by byte: haproxy.cfg stays readable in every terminal. */
const inAscii = (word: string): string =>
  word.replaceAll(/[^\x20-\x7e]/gu, (character) => [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16)}`).join(''));

/** A page as one word each; '' = none. */
export const pageContext = (page: Page | undefined): object | '' =>
  page === undefined ? '' : { type: lineText([page.type]), text: inAscii(lineText([page.text])) };

const rulesContext = (rules: HttpRules = {}): object => ({
  rateLimit: rules.rateLimit ?? '',
  clientTimeout: rules.clientTimeout ?? '',
  cors: corsContext(rules.cors),
  auth: authContext(rules.auth),
  stripPrefix: stripContext(rules.stripPrefix),
  rootRedirect: redirectContext(rules.rootRedirect),
  host: rules.host ?? '',
  locationRoot: locationContext(rules.locationRoot),
  hsts: rules.hsts === true,
});

const checkContext = (check: Profile['check']): object => ({
  httpCheck: check?.kind === 'http' ? check.path : '',
  httpCheckHost: check?.kind === 'http' ? (check.host ?? '') : '',
  timeoutCheck: check?.timeoutSeconds ?? 0,
});

/** A list of users is a section of its own; any other text stands in the backend's. */
export const hasOwnBody = ({ texts = {} }: Profile): boolean => Object.keys(texts).some((name) => name !== 'USERLIST_HEAD');

/** What the templates `profile` and `profile-body` are given. */
export const profileContext = (profile: Profile): object => ({
  ...contentContext(profile),
  // Whoever overrides how a request is made another says by that, too, for which host.
  ...(profile.texts?.['HTTP_BACKEND_PROXYPASS_GLUE'] === undefined ? {} : { host: '' }),
  texts: profile.texts ?? {},
  ownBody: hasOwnBody(profile),
});

const contentContext = ({
  name,
  mode,
  balance,
  cookieName,
  check,
  timeouts,
  retries,
  allowedFrom,
  http,
  times,
  trustsProxies,
  sorryPage,
}: Profile): object => ({
  name,
  mode,
  balance,
  http: mode === 'http',
  cookie: cookieName ?? '',
  ...checkContext(check),
  timeouts: Object.entries(timeouts ?? {}).map(([what, ms]: [string, number]) => ({ what, ms })),
  retries: retries === undefined ? '' : String(retries),
  allowedFrom: inLines(allowedFrom ?? []),
  times: times === true,
  trustsProxies: trustsProxies === true,
  ...rulesContext(http),
  sorryPage: pageContext(sorryPage),
});
