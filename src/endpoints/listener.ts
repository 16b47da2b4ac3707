import { chmod, chown, mkdir, rename, rm, stat } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { makeWorkersRoot } from '../haproxy/workers-root.ts';
import { messageOf } from '../kit/error.ts';

interface ListenerOptions {
  readonly runDir: string;
  /** Of the socket: in the folder that workers see. */
  readonly path: string;
  /** As whom HAProxy's workers serve; undefined: as this process. */
  readonly workersUid: number | undefined;
  readonly log: Pick<Logger, 'warn' | 'info'>;
  readonly create: () => Server;
}

/** Different for each socket that was ever made, as far as the file system tells. */
const identityOf = async (path: string): Promise<string | undefined> =>
  stat(path).then(
    ({ dev, ino, ctimeMs }) => `${dev} ${ino} ${ctimeMs}`,
    () => undefined,
  );

/**
 * The endpoints on a socket that HAProxy's workers may connect to, and nobody else. Where it cannot be made, or somebody has deleted it, the endpoints
 * answer 503, and nothing else suffers: see `look`.
 */
export class EndpointsListener {
  readonly #options: ListenerOptions;
  #server: Server | undefined;
  #identity: string | undefined;
  #told = '';
  #isClosed = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Makes the socket where it is not there. Never rejects: what is wrong is told once. */
  async look(): Promise<void> {
    this.#looking = this.#looking.then(async () => this.#look());
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#looking;
    const isOurs = this.#identity !== undefined && (await identityOf(this.#options.path)) === this.#identity;
    await this.#end();
    if (isOurs) await rm(this.#options.path, { force: true });
  }

  async #look(): Promise<void> {
    if (this.#isClosed || (this.#identity !== undefined && (await identityOf(this.#options.path)) === this.#identity)) return;
    const { log } = this.#options;
    try {
      await this.#end();
      await this.#listen();
      this.#told = '';
    } catch (error) {
      const because = messageOf(error);
      if (because !== this.#told) log.warn({ err: error }, `the endpoints of the statistics port answer 503: ${because}`);
      this.#told = because;
    }
  }

  /** It comes to be in a folder that is its owner's alone, and is moved to its place when nobody else may connect. A socket that is left over is replaced. */
  async #listen(): Promise<void> {
    const { runDir, path, workersUid, create } = this.#options;
    const nursery = join(runDir, '.endpoints');
    const born = join(nursery, 's');
    await rm(nursery, { recursive: true, force: true });
    await mkdir(nursery, { mode: 0o700 });
    const server = create();
    this.#server = server;
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(born, resolve));
    await chmod(born, 0o600);
    if (workersUid !== undefined) await chown(born, workersUid, -1);
    await makeWorkersRoot(runDir);
    await rename(born, path);
    await rm(nursery, { recursive: true, force: true });
    this.#identity = await identityOf(this.#options.path);
  }

  async #end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#identity = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
