import type { Logger } from 'pino';
import { canonicalIp } from '../kit/ip-address.ts';
import { messageOf } from '../kit/error.ts';
import { Hosts, type Lookup } from './hosts.ts';
import { DEFAULT_LIMITS, type MarathonState } from './options.ts';

interface FrameworkOptions {
  /** What GET /v2/info says. */
  readonly readInfo: () => Promise<{ readonly name?: string | undefined }>;
  readonly lookup: Lookup;
  readonly log: Logger;
  readonly onName: (name: string) => void;
  readonly onAddresses: (addresses: readonly string[]) => void;
}

const hostOf = (url: string): string => URL.parse(url)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';

/** Who Marathon is among the frameworks of Mesos: its name, which it tells once, and where its leader is. */
export class Framework {
  readonly #options: FrameworkOptions;
  readonly #hosts: Hosts;
  #host: string | undefined;
  #naming: 'unknown' | 'asked' | 'known' = 'unknown';
  #isClosed = false;

  constructor(options: FrameworkOptions) {
    const { lookup, log } = options;
    const { hostTtlMs: ttlMs, backoffBaseMs } = DEFAULT_LIMITS;
    this.#options = options;
    this.#hosts = new Hosts({ lookup, ttlMs, backoffBaseMs, log, onAddress: (_, address) => options.onAddresses([address]) });
  }

  /** To be called with each new state of the connection. */
  note({ connected, leader, url }: MarathonState): void {
    if (!connected || this.#isClosed) return;
    if (this.#naming === 'unknown') void this.#askName();
    this.#locate(hostOf(leader ?? url));
  }

  close(): void {
    this.#isClosed = true;
    this.#hosts.close();
  }

  /** One that does not answer this is asked again when it answers something else. */
  async #askName(): Promise<void> {
    this.#naming = 'asked';
    try {
      const { name } = await this.#options.readInfo();
      this.#naming = 'known';
      if (name !== undefined && name !== '' && !this.#isClosed) this.#options.onName(name);
    } catch (error) {
      this.#naming = 'unknown';
      if (!this.#isClosed) this.#options.log.debug({ error: messageOf(error) }, "Marathon's name among the frameworks is not read");
    }
  }

  #locate(host: string): void {
    if (host === this.#host) return;
    this.#host = host;
    this.#hosts.retain(new Set([host]));
    const address = canonicalIp(host);
    if (address === undefined) this.#hosts.see(host);
    else this.#options.onAddresses([address]);
  }
}
