import { fileURLToPath } from 'node:url';
import { canonicalIp } from '../../kit/ip-address.ts';
import { messageOf, SluiceError } from '../../kit/error.ts';

/** Somebody who listens: a name or an address without brackets, and a port. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** How the masters are found. */
export type MastersFrom =
  | { readonly kind: 'list'; readonly masters: readonly Place[] }
  | {
      readonly kind: 'zk';
      readonly servers: readonly Place[];
      /** '/mesos'; no slash at its end, but for the root. */ readonly path: string;
      readonly auth?: string;
    };

const MASTER_PORT = 5050;
const ZOOKEEPER_PORT = 2181;
const HOST = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$/i;

/** 'ip:port', '[v6]:port', 'name:port'. */
export const placeText = ({ host, port }: Place): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

const portOf = (text: string): number | undefined => {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port > 0 && port <= 65_535 ? port : undefined;
};

/** Undefined: neither a name nor an address, or no port that there is. @param text 'host', 'host:port', '[v6]', '[v6]:port', or a bare v6 */
export const parsePlace = (text: string, defaultPort: number): Place | undefined => {
  const bare = canonicalIp(text);
  if (bare !== undefined) return { host: bare, port: defaultPort };
  const [, bracketed, plain, after] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(text) ?? [];
  const port = after === undefined ? defaultPort : portOf(after);
  if (port === undefined) return undefined;
  if (bracketed !== undefined) {
    const host = canonicalIp(bracketed);
    return host === undefined ? undefined : { host, port };
  }
  return plain !== undefined && HOST.test(plain) ? { host: plain.toLowerCase(), port } : undefined;
};

const placesIn = (from: string, text: string, what: string, defaultPort: number): readonly Place[] => {
  const parts = text.split(',').map((part) => part.trim());
  const places = parts
    .filter((part) => part !== '')
    .map((part): Place => {
      const place = parsePlace(part, defaultPort);
      if (place === undefined) throw new SluiceError('SETTINGS', `${from}: '${part}' is no ${what}: HOST:PORT, IP:PORT or [IPV6]:PORT`);
      return place;
    });
  if (places.length === 0) throw new SluiceError('SETTINGS', `${from} names no ${what}`);
  return places;
};

/** The root is '/'; other paths have no slash at their end. */
const pathIn = (from: string, text: string): string => {
  if (text === '' || /\/\/|\/\.{1,2}(\/|$)|\0/.test(text))
    throw new SluiceError('SETTINGS', `${from} must end with the path of Mesos in ZooKeeper, as in zk://zk-1:2181,zk-2:2181/mesos`);
  return text === '/' ? text : text.replace(/\/$/, '');
};

/** What is in front of the last '@' may be a password, and is in no message. */
const zookeeperIn = (from: string, text: string): MastersFrom => {
  const rest = text.slice('zk://'.length);
  const at = rest.lastIndexOf('@', rest.indexOf('/') === -1 ? rest.length : rest.indexOf('/'));
  const auth = at === -1 ? undefined : rest.slice(0, at);
  const slash = rest.indexOf('/', at + 1);
  const servers = placesIn(from, rest.slice(at + 1, slash === -1 ? rest.length : slash), 'server of ZooKeeper', ZOOKEEPER_PORT);
  if (auth !== undefined && !/^[^:]+:/.test(auth))
    throw new SluiceError('SETTINGS', `${from}: what stands before '@' must be USER:PASSWORD`);
  const found = { kind: 'zk', servers, path: pathIn(from, slash === -1 ? '' : rest.slice(slash)) } as const;
  return auth === undefined ? found : { ...found, auth };
};

/** Undefined: it is another kind of text. The path of `file:///etc/mesos/zk`, which holds such a text. */
export const pathOfFile = (text: string): string | undefined => {
  if (!/^file:\/\//i.test(text)) return undefined;
  try {
    return fileURLToPath(text);
  } catch (error) {
    throw new SluiceError('SETTINGS', `'${text}' names no file of this host: write file:///PATH: ${messageOf(error)}`, error);
  }
};

/**
 * `zk://[USER:PASSWORD@]HOST:PORT,.../PATH`, or masters: `HOST:PORT,...`; ports default to 2181 and 5050.
 * @param from what the user wrote it into, for messages
 * @throws SluiceError SETTINGS
 */
export const parseMasters = (from: string, text: string): MastersFrom => {
  const plain = text.trim();
  if (/^zk:\/\//i.test(plain)) return zookeeperIn(from, plain);
  if (/^[a-z]+:\/\//i.test(plain))
    throw new SluiceError('SETTINGS', `${from} must be zk://..., file:///PATH or masters as HOST:PORT, not a URL of another kind`);
  return { kind: 'list', masters: placesIn(from, plain, 'master', MASTER_PORT) };
};
