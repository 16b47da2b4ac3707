import { shown } from '../../kit/shown.ts';
import type { Line } from '../lines.ts';
import { fileRefusal } from './files.ts';
import type { Own } from './own.ts';

/** Words of a server's line that stand alone. */
const ALONE = new Set(
  `backup check no-check check-ssl no-check-ssl check-send-proxy no-check-send-proxy send-proxy no-send-proxy send-proxy-v2 no-send-proxy-v2
  send-proxy-v2-ssl send-proxy-v2-ssl-cn ssl no-ssl non-stick stick disabled enabled no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 force-sslv3 force-tlsv10
  force-tlsv11 force-tlsv12 force-tlsv13 no-tls-tickets tls-tickets no-ssl-reuse ssl-reuse sslv3 tlsv10 tlsv11 tlsv12 tlsv13 tfo no-tfo no-verifyhost no-backup`.split(
    /\s+/,
  ),
);

/** Words that one value follows. */
const WITH_VALUE = new Set(
  `cookie inter fastinter downinter rise fall port weight maxconn minconn maxqueue slowstart sni check-sni alpn check-alpn proto check-proto on-error on-marked-down
  on-marked-up observe error-limit pool-max-conn pool-low-conn pool-purge-delay max-reuse ciphers ciphersuites curves sigalgs ssl-min-ver ssl-max-ver verify verifyhost
  ws tcp-ut proxy-v2-options log-proto redir init-state strict-maxconn pool-conn-name idle-ping`.split(/\s+/),
);

/** Words that a file follows. */
const WITH_FILE = new Set(['ca-file', 'crt', 'crl-file']);

/** `redir` sends clients, not Sluice; all others that lead elsewhere (addr, source, resolvers, socks4, track, agent-addr) are not taken. */
const refusedAt = (words: Line, at: number, own: Own): string | number => {
  const word = words[at] ?? '';
  if (ALONE.has(word)) return 1;
  const value = words[at + 1];
  if (value === undefined || value === '') return `has ${shown(word)} for a server, which no app may use`;
  if (WITH_VALUE.has(word)) return 2;
  if (WITH_FILE.has(word)) return word === 'ca-file' && value === '@system-ca' ? 2 : (fileRefusal(value, own) ?? 2);
  if (word === 'id' && own.server !== undefined) return value === String(own.server.id) ? 2 : `gives the server another id than {serverId}`;
  return `has ${shown(word)} for a server, which no app may use`;
};

/** Why an app may not have these words in a server's line. */
export const serverWordsRefusal = (words: Line, own: Own): string | undefined => {
  for (let at = 0; at < words.length;) {
    const taken = refusedAt(words, at, own);
    if (typeof taken === 'string') return taken;
    at += taken;
  }
  return undefined;
};

/** `server NAME ADDRESS:PORT words`: name and address of the task; the port may be another. */
export const serverRefusal = (line: Line, own: Own): string | undefined => {
  const [, name, address = '', ...words] = line;
  const { server } = own;
  if (server === undefined) return 'has a server';
  if (name !== server.name) return `names the server ${shown(name ?? '')}: it is {serverName}`;
  const [, host, port] = /^\[?(.*?)\]?:(\d{1,5})$/.exec(address) ?? [];
  if (host !== server.address) return `sends requests to ${shown(address)}: a server is at {host_ipv4}, and its port a number`;
  return Number(port) < 1 || Number(port) > 65_535 ? `has the port ${shown(port ?? '')}: from 1 to 65535` : serverWordsRefusal(words, own);
};
