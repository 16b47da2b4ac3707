import { canonicalIp } from '../../kit/ip-address.ts';
import { shown } from '../../kit/shown.ts';
import type { Line } from '../lines.ts';
import { fileRefusal } from './files.ts';
import type { Own } from './own.ts';

const ALONE = new Set(
  `ssl accept-proxy strict-sni no-strict-sni no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-tls-tickets
  prefer-client-ciphers no-ca-names allow-0rtt tfo v4v6 v6only defer-accept no-alpn tls-tickets`.split(/\s+/),
);

const WITH_VALUE = new Set(
  'alpn npn ciphers ciphersuites curves ecdhe sigalgs client-sigalgs ssl-min-ver ssl-max-ver verify maxconn backlog mss tcp-ut name nice proto ca-ignore-err crt-ignore-err'.split(
    ' ',
  ),
);

const WITH_FILE = new Set(['crt', 'ca-file', 'ca-verify-file', 'crl-file']);

const taken = (words: Line, at: number, own: Own): string | number => {
  const word = words[at] ?? '';
  if (ALONE.has(word)) return 1;
  const value = words[at + 1];
  if (value === undefined || value === '') return `has ${shown(word)} for a bind, which no app may use`;
  if (WITH_VALUE.has(word)) return 2;
  if (WITH_FILE.has(word)) return own.bindFiles?.includes(value) === true ? 2 : (fileRefusal(value, own) ?? 2);
  return `has ${shown(word)} for a bind, which no app may use`;
};

/** Why an app may not have these words behind the address of its bind. */
export const bindWordsRefusal = (words: Line, own: Own): string | undefined => {
  for (let at = 0; at < words.length;) {
    const step = taken(words, at, own);
    if (typeof step === 'string') return step;
    at += step;
  }
  return undefined;
};

/** The addresses of a bind, each with the port of the app; no range, no socket of another kind. */
const addressRefusal = (text: string, { servicePort }: Own): string | undefined => {
  const [, host = '', port] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) !== servicePort) return `binds ${shown(text)}: its port is ${servicePort}`;
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return host === '' || host === '*' || canonicalIp(address) !== undefined
    ? undefined
    : `binds ${shown(text)}: an address is * or one IP address`;
};

/** Each is a listening socket. */
const MOST_ADDRESSES = 16;

/** Why these lines together bind too many addresses; undefined: they do not. */
export const bindsRefusal = (lines: readonly Line[]): string | undefined => {
  const addresses = lines.filter(([directive]) => directive === 'bind').flatMap(([, text = '']) => text.split(','));
  return addresses.length > MOST_ADDRESSES ? `binds more than ${MOST_ADDRESSES} addresses` : undefined;
};

export const bindRefusal = (line: Line, own: Own): string | undefined => {
  const [, addresses = '', ...words] = line;
  const refusal = addresses
    .split(',')
    .map((text) => addressRefusal(text, own))
    .find((text) => text !== undefined);
  return refusal ?? bindWordsRefusal(words, own);
};
