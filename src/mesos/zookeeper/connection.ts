import zookeeper, { type ZooKeeperClient } from 'node-zookeeper-client';
import { messageOf, SluiceError } from '../../kit/error.ts';
import { type Place, placeText } from '../detect/masters.ts';

interface ConnectionOptions {
  readonly auth?: string;
  /** Until the server has answered, to whatever was asked. */
  readonly answerMs: number;
  readonly onConnected: () => void;
  /** Once, however it ended: nothing comes of it any more. */
  readonly onLost: (because: string) => void;
}

/** Nobody needs the session after the connection: watches and reads are made anew. The server forgets it by itself. */
const SESSION_MS = 30_000;

const createClient = (server: Place, auth: string | undefined): ZooKeeperClient => {
  const client = zookeeper.createClient('one-of-them:2181', { sessionTimeout: SESSION_MS, spinDelay: 0, retries: 0 });
  // It does not read addresses of IPv6 in its own list.
  client.connectionManager.servers = [server];
  if (auth !== undefined) client.addAuthInfo('digest', Buffer.from(auth));
  return client;
};

/**
 * One connection to one server of ZooKeeper, from its beginning to its end. The library connects again by itself, and then hangs in about half of the cases
 * (node-zookeeper-client 1.1.3: it has no limit for the answer to its login, and goes on with half an answer of the connection before); so whoever
 * lost one makes the next, to the next server.
 */
export class ZooKeeperConnection {
  readonly #client: ZooKeeperClient;
  readonly #options: ConnectionOptions;
  readonly #name: string;
  #alarm: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(server: Place, options: ConnectionOptions) {
    this.#options = options;
    this.#name = `ZooKeeper at ${placeText(server)}`;
    this.#client = createClient(server, options.auth);
    this.#guard();
    this.#alarm = setTimeout(() => this.#end(`${this.#name} did not answer within ${options.answerMs / 1000} s`), options.answerMs);
    this.#client.on('state', (state) => this.#heed(state === zookeeper.State.SYNC_CONNECTED, state.name));
    this.#client.connect();
  }

  /** @throws SluiceError ZOOKEEPER; after which there is no more to be had where it was too late. `undefined`: there is no such node */
  async children(path: string, onChange: () => void): Promise<readonly string[] | undefined> {
    return this.#ask(path, (done) => this.#client.getChildren(path, onChange, done));
  }

  /** @throws SluiceError ZOOKEEPER, as above */
  async data(path: string): Promise<Buffer | undefined> {
    return this.#ask(path, (done) => this.#client.getData(path, done));
  }

  close(): void {
    this.#end(undefined);
  }

  async #ask<T>(
    path: string,
    ask: (done: (error: (Error & { code: number }) | null | undefined, value: T) => void) => void,
  ): Promise<T | undefined> {
    if (this.#isOver) throw new SluiceError('ZOOKEEPER', `${this.#name} is not connected`);
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const { answerMs } = this.#options;
    const timer = setTimeout(() => {
      const because = `${this.#name} did not answer within ${answerMs / 1000} s`;
      reject(new SluiceError('ZOOKEEPER', because));
      this.#end(because);
    }, answerMs);
    ask((error, value) => {
      if (!error) resolve(value);
      else if (error.code === zookeeper.Exception.NO_NODE) resolve(undefined);
      else reject(new SluiceError('ZOOKEEPER', `${this.#name} does not tell what is at ${path}: ${messageOf(error)}`, error));
    });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #heed(isConnected: boolean, state: string): void {
    if (this.#isOver) return;
    clearTimeout(this.#alarm);
    if (isConnected) this.#options.onConnected();
    else this.#end(`the connection to ${this.#name} is lost (${state})`);
  }

  /** What the library cannot read it throws, where nobody can catch it. */
  #guard(): void {
    const { connectionManager: manager } = this.#client;
    const read = manager.onSocketData.bind(manager);
    manager.onSocketData = (bytes) => {
      if (this.#isOver) return;
      try {
        read(bytes);
      } catch (error) {
        this.#end(`${this.#name} sent what cannot be read: ${messageOf(error)}`);
      }
    };
  }

  #end(because: string | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#alarm);
    // It opens its socket a moment after it was told to connect.
    setImmediate(() => this.#destroy());
    if (because !== undefined) this.#options.onLost(because);
  }

  #destroy(): void {
    const { connectionManager: manager } = this.#client;
    // In this state it does not connect again. The goodbye that it sends frees the session where it still gets there.
    this.#client.close();
    clearTimeout(manager.connectTimeoutHandler ?? undefined);
    manager.socket?.on('error', () => undefined);
    manager.socket?.end(() => manager.socket?.destroy());
    manager.socket?.setTimeout(500, () => manager.socket?.destroy());
    if (manager.socket?.connecting === true) manager.socket.destroy();
  }
}
