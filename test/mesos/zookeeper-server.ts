import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import zookeeper, { type ZooKeeperClient } from 'node-zookeeper-client';
import { freePorts } from '../kit/free-ports.ts';
import { type Ending, lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

const JARS = ['zookeeper.jar', 'slf4j-nop.jar'].map((name) => `/usr/share/java/${name}`);
const JAVA = '/usr/bin/java';

/** Why no server can be started here; false: it can. */
export const noZooKeeper = (): string | false =>
  [JAVA, ...JARS].every((path) => existsSync(path)) ? false : "needs Debian's libzookeeper-java, libslf4j-java and a JRE";

/** One line, by one of ZooKeeper's four letter words. */
const isOk = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('ruok');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString() === 'imok';
  } finally {
    socket.destroy();
  }
};

export interface ZooKeeperServer {
  readonly place: string;
  start(): Promise<void>;
  /** Its data stay. */
  stop(): Promise<void>;
  /** It takes connections and answers nothing, until 'SIGCONT'. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** A real server, alone; it ends after the test. */
export const startZooKeeper = async (t: Ending): Promise<ZooKeeperServer> => {
  const folder = tempFolder();
  lastly(t, folder.remove);
  const [port = 0] = await freePorts(1);
  const config = join(folder.path, 'zoo.cfg');
  const lines = [`dataDir=${folder.path}`, `clientPort=${port}`, 'clientPortAddress=127.0.0.1', 'admin.enableServer=false', 'tickTime=500'];
  writeFileSync(config, [...lines, '4lw.commands.whitelist=ruok', 'maxClientCnxns=0', ''].join('\n'));
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = spawn(JAVA, ['-Xmx64m', '-cp', JARS.join(':'), 'org.apache.zookeeper.server.ZooKeeperServerMain', config], {
      stdio: 'ignore',
    });
    await waitFor('ZooKeeper answers', async () => isOk(port));
  };
  const stop = async (): Promise<void> => {
    if (server?.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  lastly(t, stop);
  await start();
  return { place: `127.0.0.1:${port}`, start, stop, signal: (signal) => void server?.kill(signal) };
};

/** The library has no limit for the answer to its login, and does not always get one: then the next one does. */
const connectedClient = async (t: Ending, place: string, auth: string | undefined): Promise<ZooKeeperClient> => {
  for (let tries = 0; tries < 10; tries += 1) {
    const client = zookeeper.createClient(place, { sessionTimeout: 30_000, spinDelay: 10, retries: 0 });
    lastly(t, () => {
      client.close();
      client.connectionManager.socket?.destroy();
    });
    if (auth !== undefined) client.addAuthInfo('digest', Buffer.from(auth));
    const connected = Promise.withResolvers<boolean>();
    client.on('state', (state) => connected.resolve(state === zookeeper.State.SYNC_CONNECTED));
    client.connect();
    if (await Promise.race([connected.promise, wait(2000, false)])) return client;
    client.close();
    client.connectionManager.socket?.destroy();
  }
  throw new Error(`ZooKeeper at ${place} lets nobody in`);
};

interface Registrar {
  /** @returns the path that ZooKeeper gave it; it is gone when the session ends */
  readonly register: (path: string, text: string) => Promise<string>;
  readonly make: (path: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
}

type Done<T> = (error: Error | null | undefined, value: T) => void;

/** @throws Error: no answer, or a bad one */
const answered = async <T>(ask: (done: Done<T>) => void): Promise<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error('ZooKeeper does not answer')), 10_000);
  ask((error, value) => (error ? reject(error) : resolve(value)));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
};

/** A session as a master has it. */
export const registrar = async (t: Ending, place: string, auth?: string): Promise<Registrar> => {
  const client = await connectedClient(t, place, auth);
  const acl = auth === undefined ? zookeeper.ACL.OPEN_ACL_UNSAFE : zookeeper.ACL.CREATOR_ALL_ACL;
  const create = async (path: string, text: string, mode: number): Promise<string> =>
    answered((done) => client.create(path, Buffer.from(text), acl, mode, done));
  return {
    register: async (path, text) => create(path, text, zookeeper.CreateMode.EPHEMERAL_SEQUENTIAL),
    make: async (path) => {
      await create(path, '-', zookeeper.CreateMode.PERSISTENT);
    },
    remove: async (path) => answered<undefined>((done) => client.remove(path, -1, (error) => done(error, undefined))),
  };
};
