import { checkWithHeaders } from './legacy/http-check.ts';
import { add, allow, deny, remove, replace, setBackend, tarpit } from './legacy/rewrite.ts';
import type { Translation } from './legacy/translation.ts';
import type { Line } from './lines.ts';

/** Which half of the way a line stands in: what is for the other half had no effect, and HAProxy 3.2 refuses it. */
export type Half = 'frontend' | 'backend';

const renamed =
  (...to: Line) =>
  (words: Line): Translation => ({ lines: [[...to, ...words.slice(1)]] });

const without = (): Translation => ({ lines: [] });

const gone =
  (instead: string) =>
  (words: Line): Translation => ({ wrong: `uses ${words.slice(0, 2).join(' ')}, which HAProxy has no more: ${instead}` });

/** Directives of HAProxy 1.5 to 2.0 that 2.6 refuses. */
const DIRECTIVES: Readonly<Record<string, (words: Line) => Translation>> = {
  reqadd: add,
  rspadd: add,
  reqdel: remove,
  reqidel: remove,
  rspdel: remove,
  rspidel: remove,
  reqrep: replace,
  reqirep: replace,
  rsprep: replace,
  rspirep: replace,
  reqdeny: deny,
  reqideny: deny,
  rspdeny: deny,
  rspideny: deny,
  reqallow: allow,
  reqiallow: allow,
  reqtarpit: tarpit,
  reqitarpit: tarpit,
  reqsetbe: setBackend,
  reqisetbe: setBackend,
  reqpass: gone('write http-request allow if CONDITION'),
  reqipass: gone('write http-request allow if CONDITION'),
  block: renamed('http-request', 'deny'),
  redispatch: renamed('option', 'redispatch'),
  contimeout: renamed('timeout', 'connect'),
  clitimeout: renamed('timeout', 'client'),
  srvtimeout: renamed('timeout', 'server'),
  appsession: gone('write cookie NAME prefix nocache, or stick on cookie(NAME) with a stick-table'),
  // One process with threads has taken their place: nothing is to be said about it.
  nbproc: without,
  'bind-process': without,
  'tune.chksize': without,
  // A stopped HAProxy closes its ports at once since 2.5.
  grace: without,
};

const OPTIONS: Readonly<Record<string, (words: Line) => Translation>> = {
  forceclose: (words) => ({ lines: [['option', 'httpclose', ...words.slice(2)]] }),
  'independant-streams': (words) => ({ lines: [['option', 'independent-streams', ...words.slice(2)]] }),
  // HAProxy looks at every request since 2.0, and has only the new representation since 2.1.
  'http-tunnel': without,
  'http-use-htx': without,
  http_proxy: gone('nothing takes its place but http-request set-dst in a backend of its own'),
};

/** Options of one half that HAProxy 2.6 ignores in the other. */
const OF_FRONTENDS = new Set(
  `accept-invalid-http-request clitcpka contstats disable-h2-upgrade dontlog-normal dontlognull h1-case-adjust-bogus-client http-ignore-probes http-use-proxy-header
  httplog httpslog idle-close-on-response log-separate-errors logasap socket-stats tcp-smart-accept tcplog`.split(/\s+/),
);
const OF_BACKENDS = new Set(
  `abortonclose allbackups checkcache h1-case-adjust-bogus-server http-pretend-keepalive log-health-checks persist prefer-last-server srvtcpka
  tcp-smart-connect`.split(/\s+/),
);

const isForTheOtherHalf = (option: string, half: Half | undefined): boolean => {
  if (half === undefined) return false;
  return (half === 'backend' ? OF_FRONTENDS : OF_BACKENDS).has(option);
};

/** `bind :80 process 1-2`: there is one process. */
const withoutProcess = (words: Line): Line => {
  const at = words.indexOf('process', 2);
  return at === -1 ? words : words.toSpliced(at, 2);
};

const translateOption = (words: Line, half: Half | undefined): Translation => {
  const [, name = ''] = words;
  if (isForTheOtherHalf(name, half)) return { lines: [] };
  const found = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  return found === undefined ? ((name === 'httpchk' ? checkWithHeaders(words) : undefined) ?? { lines: [words] }) : found(words);
};

const translatePlain = (words: Line, half: Half | undefined): Translation => {
  const [directive = '', second = ''] = words;
  if (directive === 'option') return translateOption(words, half);
  const found = Object.hasOwn(DIRECTIVES, directive) ? DIRECTIVES[directive] : undefined;
  if (found !== undefined) return found(words);
  if (directive === 'bind') return { lines: [withoutProcess(words)] };
  if (directive === 'stats' && second === 'bind-process') return { lines: [] };
  if (directive === 'monitor-net' && words.length === 2)
    return { lines: [['http-request', 'return', 'status', '200', 'if', '{', 'src', second, '}']] };
  if (directive === 'mode' && second === 'health')
    return { wrong: 'uses mode health, which HAProxy has no more: write mode http and http-request return status 200' };
  return { lines: [words] };
};

/**
 * A line of HAProxy 1.5 to 2.0 in the words that 2.6 to 3.4 take. A line that they all take is given back as it is (the same array).
 * Wrong: there is no faithful equivalent; the phrase says what to write.
 */
export const translateLine = (words: Line, half?: Half): Translation => {
  if (words[0] !== 'no' || words[1] !== 'option') return translatePlain(words, half);
  const translated = translatePlain(words.slice(1), half);
  if ('wrong' in translated) return translated;
  const [first] = translated.lines;
  if (first === undefined) return { lines: [] };
  return { lines: [first.every((word, at) => word === words[at + 1]) ? words : ['no', ...first]] };
};
