import { never } from '../../kit/never.ts';
import { shown } from '../../kit/shown.ts';
import { ALGORITHMS_TOLD, isAlgorithm } from '../balance.ts';
import type { Place } from '../catalogue.ts';
import type { Line } from '../lines.ts';
import { backendRefusal, conditionRefusal, ownRuleRefusal, sharedRuleRefusal, tableRefusal, tcpRuleRefusal } from './actions.ts';
import { bindRefusal } from './bind-words.ts';
import { fileRefusal, firstOf } from './files.ts';
import type { Own } from './own.ts';
import { serverRefusal, serverWordsRefusal } from './server-words.ts';
import { userRefusal } from './users.ts';

/** Says why an app may not have the line; undefined: it may. */
type Look = (line: Line, own: Own) => string | undefined;
type Table = Readonly<Record<string, Look>>;

const fine: Look = () => undefined;
const all = (names: string, look: Look = fine): Table => Object.fromEntries(names.split(/\s+/).map((name) => [name, look]));

const words = (names: string): ReadonlySet<string> => new Set(names.split(/\s+/));

/** Of these options HAProxy keeps to the app's own connections. */
const OPTIONS = words(
  `abortonclose accept-invalid-http-response allbackups checkcache clitcpka contstats disable-h2-upgrade dontlog-normal dontlognull forwardfor h1-case-adjust-bogus-client
  h1-case-adjust-bogus-server http-buffer-request http-drop-request-trailers http-drop-response-trailers http-ignore-probes http-keep-alive http-no-delay http-pretend-keepalive
  http-restrict-req-hdr-names http-server-close http-use-proxy-header httpchk httpclose idle-close-on-response independent-streams ldap-check log-health-checks log-separate-errors
  logasap mysql-check nolinger originalto persist pgsql-check prefer-last-server redis-check redispatch smtpchk socket-stats splice-auto splice-request splice-response
  srvtcpka ssl-hello-chk tcp-check tcp-smart-accept tcp-smart-connect tcpka tcplog httplog httpslog`,
);

const option: Look = (line) => (OPTIONS.has(line[1] ?? '') ? undefined : `has the option ${shown(line[1] ?? '')}, which no app may use`);

/** A retired server is deleted 20 seconds later: a request that waits for another try must be over by then (HAProxy 2.6 may crash). */
const MOST_CONNECT_MS = 3000;

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, '': 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const timeout: Look = ([, name = '', value = '']) => {
  if (name !== 'connect') return undefined;
  const [, digits, unit = ''] = /^(\d{1,9})(us|ms|s|m|h|d)?$/.exec(value) ?? [];
  const isShort = digits !== undefined && Number(digits) * (UNITS[unit] ?? 1) <= MOST_CONNECT_MS;
  return isShort ? undefined : `has timeout connect ${shown(value)}: 3s at most in a text, more by the label TIMEOUT_CONNECT`;
};

const retries: Look = ([, value = '']) =>
  /^[0-3]$/.test(value) ? undefined : `has retries ${shown(value)}: 3 at most in a text, more by the label RETRIES`;

/** A word with a blank in it is none of these. */
const balance: Look = ([, ...algorithm]) =>
  isAlgorithm(algorithm.join(' ')) && !algorithm.some((word) => word.includes(' '))
    ? undefined
    : `has balance ${shown(algorithm.join(' '))}, which must be ${ALGORITHMS_TOLD}`;

const mode: Look = ([, value = ''], own) =>
  value === own.mode ? undefined : `has mode ${shown(value)}, and its mode is ${own.mode}: use the label MODE`;

const errorFile: Look = (line, own) => fileRefusal(line[2], own);

/** `http-error status 503 content-type text/html file templates/503.html` */
const httpError: Look = (line, own) => {
  const at = line.findIndex((word) => /^(?:lf-)?file$|^errorfile$/.test(word));
  return at === -1 ? undefined : fileRefusal(line[at + 1], own);
};

/** Memory of HAProxy: one entry has some hundred bytes. */
const LARGEST_TABLE = 1_048_576;

/** A number with its unit, as HAProxy counts: k = 1024. Anything else is NaN. */
const sizeOf = (value: string): number => {
  const [, digits, unit = ''] = /^(\d{1,9})([kmg]?)$/i.exec(value) ?? [];
  return digits === undefined ? NaN : Number(digits) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
};

/** HAProxy takes the last of many, so all are looked at. */
const valuesBehind = (line: Line, word: string): Line => line.filter((_, at) => at > 1 && line[at - 1] === word);

/** Each entry has room for its key. */
const LONGEST_KEY = 1024;

const stickTable: Look = (line) => {
  const sizes = valuesBehind(line, 'size');
  const size = sizes.find((value) => !(sizeOf(value) <= LARGEST_TABLE)) ?? (sizes.length === 0 ? '' : undefined);
  if (size !== undefined) return `has a stick-table of size ${shown(size)}: 1m at most`;
  const key = valuesBehind(line, 'len').find((value) => !(sizeOf(value) <= LONGEST_KEY));
  if (key !== undefined) return `has a stick-table with keys of ${shown(key)} bytes: ${LONGEST_KEY} at most`;
  return line.some((word) => ['peers', 'write-to'].includes(word)) ? 'shares a stick-table by peers, which no app may use' : undefined;
};

/** Each connection has room for all that may be captured. */
const LONGEST_CAPTURE = 1024;

const capture: Look = (line) => {
  const value = line[line.indexOf('len') + 1] ?? '';
  return /^\d{1,4}$/.test(value) && Number(value) <= LONGEST_CAPTURE
    ? undefined
    : `captures ${shown(value)} bytes: ${LONGEST_CAPTURE} at most`;
};

/** A check goes to the server itself. */
const checkRule: Look = (line) =>
  line.includes('addr') || line.includes('via-socks4') ? 'checks another address than its server' : undefined;

const compression: Look = ([, what = '']) =>
  what === 'algo' || what === 'type' ? undefined : `has compression ${shown(what)}, which no app may use`;

/** What both halves of an app's own way take. */
const OWN_BOTH: Table = {
  ...all('acl description enabled backlog errorloc errorloc302 errorloc303 http-reuse redirect unique-id-format unique-id-header'),
  mode,
  option,
  timeout,
  compression,
  errorfile: errorFile,
  'http-error': httpError,
  'stick-table': stickTable,
  ...all('http-request http-response http-after-response', ownRuleRefusal),
  ...all('tcp-request tcp-response', tcpRuleRefusal),
};

const FRONTEND: Table = {
  ...OWN_BOTH,
  ...all('maxconn monitor monitor-uri rate-limit'),
  ...all('capture declare', capture),
  bind: bindRefusal,
  ...all('use_backend default_backend', backendRefusal),
};

const FRONTEND_RULES: Table = Object.fromEntries(Object.entries(FRONTEND).filter(([name]) => name !== 'bind'));

const BACKEND: Table = {
  ...OWN_BOTH,
  ...all(
    'cookie dynamic-cookie-key force-persist fullconn hash-balance-factor hash-type http-send-name-header ignore-persist max-keep-alive-queue persist retry-on use-server',
  ),
  balance,
  retries,
  'default-server': (line, own) => serverWordsRefusal(line.slice(1), own),
  ...all('http-check tcp-check', checkRule),
  stick: tableRefusal,
};

/** Rules among those of all other apps. */
const SHARED_RULES: Table = {
  acl: fine,
  'http-request': sharedRuleRefusal,
  redirect: conditionRefusal,
  use_backend: (line, own) =>
    firstOf(
      () => backendRefusal(line, own),
      () => conditionRefusal(line),
    ),
};

/** Who asks by app id asks for any host: no rule of one app could be kept from the requests of all others. */
const APP_ID_RULES: Table = { acl: SHARED_RULES['acl'] ?? fine, use_backend: SHARED_RULES['use_backend'] ?? fine };

const USERS: Table = { user: userRefusal, group: fine };

/** What an app's text may begin a line with, by where it stands. */
const tableOf = (place: Place): Table => {
  switch (place) {
    case 'userlist':
      return USERS;
    case 'http-rules':
    case 'https-rules':
      return SHARED_RULES;
    case 'app-id-rules':
      return APP_ID_RULES;
    case 'frontend':
      return FRONTEND;
    case 'frontend-rules':
      return FRONTEND_RULES;
    case 'backend':
    case 'backend-body':
      return BACKEND;
    case 'server':
      return { server: serverRefusal };
    // A piece of these is the operator's alone, or no line.
    case 'server-words':
    case 'head':
    case 'shared-frontend':
    case 'vhost-rules':
    case 'vhost-backend':
    case 'vhost-frontend':
      return {};
    default:
      return never(place);
  }
};

const LINE_OF: Readonly<Record<string, string>> = {
  'http-rules': 'among the rules of all apps',
  'https-rules': 'among the rules of all apps',
  'app-id-rules': 'among the rules of all apps',
  userlist: 'in a userlist',
  server: 'here',
  'server-words': 'here',
};

/** Why an app may not begin a line with this; undefined: it may have this line. */
export const directiveRefusal = (line: Line, place: Place, own: Own): string | undefined => {
  if (place === 'server-words') return serverWordsRefusal(line, own);
  // `no option x` is an option too; nothing else that an app may have can be taken back.
  const plain = line[0] === 'no' && line[1] === 'option' ? line.slice(1) : line;
  const directive = plain[0] ?? '';
  const table = tableOf(place);
  const look = Object.hasOwn(table, directive) ? table[directive] : undefined;
  return look === undefined
    ? `has the line ${shown(line.slice(0, 3).join(' '))}, which no app may use ${LINE_OF[place] ?? 'here'}`
    : look(plain, own);
};
