import { shown } from '../../kit/shown.ts';
import { messageOf } from '../../kit/error.ts';
import { type Endpoint, hostAndPort } from './endpoint.ts';

/** Where the leading master is told. */
export type Detection =
  | {
      readonly kind: 'zookeeper';
      readonly servers: readonly Endpoint[];
      /** '/mesos'; never ends in a slash, but for the root. */ readonly path: string;
      /** 'user:password'; in no message. */
      readonly auth?: string;
    }
  | { readonly kind: 'master'; readonly master: Endpoint };

interface Zk {
  /** Absent: none is given, or it is wrong. */
  readonly detection?: Detection;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const ZK_PORT = 2181;
const FILE = 'file://';
const NEEDS = 'must be zk://HOST:PORT,HOST:PORT/PATH, file://PATH of a file that holds such a text, or HOST:PORT of a master';

const serverOf = (word: string): Endpoint | undefined => hostAndPort(word) ?? hostAndPort(`${word}:${ZK_PORT}`);

const inZooKeeper = (text: string): Zk => {
  const [, auth, hosts = '', path = ''] = /^zk:\/\/(?:([^/]*)@)?([^/@]+)(\/.*)?$/.exec(text) ?? [];
  const servers = hosts.split(',').map(serverOf);
  if (!servers.every((one) => one !== undefined)) return { problems: [`zk ${NEEDS}`], warnings: [] };
  if (auth !== undefined && !/^[^:]+:/.test(auth))
    return { problems: ["zk: what stands before '@' must be USER:PASSWORD, or be left out"], warnings: [] };
  const found = { kind: 'zookeeper', servers, path: `/${path.split('/').filter(Boolean).join('/')}` } as const;
  return { detection: auth === undefined ? found : { ...found, auth }, problems: [], warnings: [] };
};

const atOnce = (text: string): Zk => {
  if (text === '') return { problems: [], warnings: [] };
  if (text.startsWith('zk://')) return inZooKeeper(text);
  const master = hostAndPort(text.replace(/^master@/, ''));
  return master === undefined
    ? { problems: [`zk ${NEEDS}`], warnings: [] }
    : { detection: { kind: 'master', master }, problems: [], warnings: [] };
};

/** The messages never hold the text: a password may stand in it. @param readFile throws where it cannot */
export const detectionOf = (text: string, readFile: (path: string) => string): Zk => {
  if (!text.startsWith(FILE)) return atOnce(text);
  const path = text.slice(FILE.length);
  try {
    const inFile = atOnce(readFile(path).trim());
    return inFile.detection === undefined ? { problems: [`zk: what stands in the file ${shown(path)} ${NEEDS}`], warnings: [] } : inFile;
  } catch (error) {
    return { problems: [`zk: the file ${shown(path)} cannot be read: ${messageOf(error)}`], warnings: [] };
  }
};
