import { add, allow, deny, remove, replace, setBackend, tarpit } from './legacy/rewrite.ts';
import type { Translation } from './legacy/translation.ts';
import type { Line } from './lines.ts';

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
};

const OPTIONS: Readonly<Record<string, (words: Line) => Translation>> = {
  forceclose: (words) => ({ lines: [['option', 'httpclose', ...words.slice(2)]] }),
  'independant-streams': (words) => ({ lines: [['option', 'independent-streams', ...words.slice(2)]] }),
  // HAProxy looks at every request since 2.0, and has only the new representation since 2.1.
  'http-tunnel': without,
  'http-use-htx': without,
  http_proxy: gone('nothing takes its place but http-request set-dst in a backend of its own'),
};

const translatePlain = (words: Line): Translation => {
  const [directive = '', second = ''] = words;
  const found = directive === 'option' ? OPTIONS[second] : DIRECTIVES[directive];
  if (found !== undefined) return found(words);
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
export const translateLine = (words: Line): Translation => {
  if (words[0] !== 'no' || words.length < 3) return translatePlain(words);
  const translated = translatePlain(words.slice(1));
  if ('wrong' in translated) return translated;
  const [first] = translated.lines;
  return first === undefined || (first.length === words.length - 1 && first.every((word, at) => word === words[at + 1]))
    ? { lines: first === undefined ? [] : [words] }
    : { lines: [['no', ...first]] };
};
