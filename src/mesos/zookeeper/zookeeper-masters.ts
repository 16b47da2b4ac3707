import type { Logger } from 'pino';
import { backoffMs } from '../../kit/backoff.ts';
import { equal } from '../../kit/equal.ts';
import { messageOf } from '../../kit/error.ts';
import type { MasterFinder, MastersNow } from '../detect/finder.ts';
import type { Place } from '../detect/masters.ts';
import { ZooKeeperConnection } from './connection.ts';
import { candidateNodes, isTooOld, placeOfMaster } from './master-info.ts';

export interface ZooKeeperMastersOptions {
  readonly servers: readonly Place[];
  readonly path: string;
  readonly auth?: string;
  readonly log: Logger;
  readonly onChange: () => void;
  readonly answerMs?: number;
  /** Between looks where no watch said anything: it also finds servers that are stuck. */
  readonly lookMs?: number;
}

const ANSWER_MS = 3000;
const LOOK_MS = 10_000;
/** Watches may come in showers; Mesos-DNS looks once a second too. */
const SPACING_MS = 250;
/** After all servers were tried. */
const BACKOFF = { baseMs: 500, maxMs: 5000 };

/** The masters as they stand in ZooKeeper: one server after the other is asked, without end. */
export class ZooKeeperMasters implements MasterFinder {
  readonly #options: ZooKeeperMastersOptions;
  #connection: ZooKeeperConnection | undefined;
  #next = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isAgain = false;
  #isClosed = false;
  #now: MastersNow = { masters: [] };
  #error: string | undefined = 'ZooKeeper has not answered yet';

  constructor(options: ZooKeeperMastersOptions) {
    this.#options = options;
    this.#connect();
  }

  get now(): MastersNow {
    return this.#now;
  }

  get error(): string | undefined {
    return this.#error;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
  }

  #connect(): void {
    const { servers, auth, answerMs = ANSWER_MS } = this.#options;
    const server = servers[this.#next++ % servers.length];
    if (server === undefined) return;
    this.#connection = new ZooKeeperConnection(server, {
      ...(auth === undefined ? {} : { auth }),
      answerMs,
      onConnected: () => this.#look(),
      onLost: (because) => this.#lost(because),
    });
  }

  #lost(because: string): void {
    this.#connection = undefined;
    this.#fail(because);
    this.#failures += 1;
    const rounds = Math.floor(this.#failures / this.#options.servers.length);
    this.#wait(rounds === 0 ? 0 : backoffMs(rounds, BACKOFF), () => this.#connect());
  }

  #wait(delayMs: number, then: () => void): void {
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = setTimeout(then, delayMs);
  }

  readonly #look = (): void => {
    this.#isAgain = this.#isLooking;
    if (this.#isLooking || this.#connection === undefined) return;
    this.#isLooking = true;
    void this.#lookNow(this.#connection).then((delayMs) => {
      this.#isLooking = false;
      if (this.#connection !== undefined) this.#wait(this.#isAgain ? SPACING_MS : delayMs, this.#look);
    });
  };

  /** @returns when to look again, if no watch says so before */
  async #lookNow(connection: ZooKeeperConnection): Promise<number> {
    const { path, lookMs = LOOK_MS } = this.#options;
    try {
      const children = await connection.children(path, () => this.#noteWatch(connection));
      const nodes = candidateNodes(children ?? []);
      const texts = await Promise.all(
        nodes.map(async (node) => (await connection.data(`${path === '/' ? '' : path}/${node}`))?.toString('utf8')),
      );
      // Whoever left between the two answers is not there any more.
      this.#take(
        texts.filter((text) => text !== undefined),
        children,
      );
      this.#failures = 0;
    } catch (error) {
      this.#fail(messageOf(error));
    }
    return lookMs;
  }

  #noteWatch(connection: ZooKeeperConnection): void {
    if (connection === this.#connection && !this.#isLooking) this.#wait(SPACING_MS, this.#look);
    else this.#isAgain = true;
  }

  #take(texts: readonly string[], children: readonly string[] | undefined): void {
    const places = texts.map(placeOfMaster);
    const known = places.filter((place) => place !== undefined);
    if (known.length === 0) {
      this.#fail(this.#whyNone(children));
      return;
    }
    this.#error =
      known.length === places.length ? undefined : `${places.length - known.length} masters in ZooKeeper have no address that can be read`;
    const [leader] = places;
    const now = { masters: [...new Set(known)].sort(), ...(leader === undefined ? {} : { leader }) };
    if (equal(now, this.#now)) return;
    this.#options.log.info({ ...now }, 'masters of Mesos, as ZooKeeper has them');
    this.#now = now;
    this.#options.onChange();
  }

  #whyNone(children: readonly string[] | undefined): string {
    const { path } = this.#options;
    if (children === undefined) return `ZooKeeper has no ${path}: check the path of zk://, or whether a master was ever there`;
    return isTooOld(children)
      ? `the masters in ZooKeeper at ${path} are older than Mesos 0.24, and are not understood: name them as HOST:PORT`
      : `no master is in ZooKeeper at ${path}`;
  }

  #fail(because: string): void {
    if (because !== this.#error) this.#options.log.warn({ kept: this.#now.masters }, `masters of Mesos: ${because}`);
    this.#error = because;
  }
}
