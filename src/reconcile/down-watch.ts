import type { Logger } from 'pino';
import { isNothing } from '../desired/change.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { messageOf } from '../kit/error.ts';
import type { Picture } from '../picture/picture.ts';
import { type DownServers, downServers } from './down-servers.ts';
import type { Loop } from './loop.ts';

interface DownWatchOptions {
  readonly log: Pick<Logger, 'warn'>;
  readonly picture: Pick<Picture, 'sharedBackends' | 'setDown'>;
  readonly haproxy: Pick<Haproxy, 'isRunning' | 'servers'>;
  readonly loop: Pick<Loop, 'takeChange'>;
}

const NONE: DownServers = new Map();

/**
 * Looks which servers HAProxy's own checks find down, long before Marathon says so: shares are computed without them. Asks for backends of groups with
 * shares alone, and for nothing where there are none.
 */
export class DownWatch {
  readonly #options: DownWatchOptions;
  #down = NONE;
  #looking: Promise<void> | undefined;
  #failure: string | undefined;

  constructor(options: DownWatchOptions) {
    this.#options = options;
  }

  /** One look at a time: who asks meanwhile gets that one. Never rejects. A look that fails changes nothing. */
  async look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Waits for the look that is under way. */
  async close(): Promise<void> {
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { picture, haproxy } = this.#options;
    const backends = picture.sharedBackends();
    if (backends.length === 0) {
      this.#take(NONE);
      return;
    }
    if (!haproxy.isRunning()) return;
    try {
      const seen = await haproxy.servers(backends);
      this.#take(downServers(seen, this.#down));
      this.#failure = undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(down: DownServers): void {
    if (down.size === 0 && this.#down.size === 0) return;
    this.#down = down;
    const change = this.#options.picture.setDown(down);
    if (!isNothing(change)) this.#options.loop.takeChange(change);
  }

  /** Said once, not with each look. */
  #fail(error: unknown): void {
    const because = messageOf(error);
    if (because !== this.#failure) this.#options.log.warn({ err: error }, `servers that are down are not looked for: ${because}`);
    this.#failure = because;
  }
}
