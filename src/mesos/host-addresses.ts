import { lookup } from 'node:dns/promises';
import { backoffMs } from '../kit/backoff.ts';
import { equal } from '../kit/equal.ts';
import { messageOf } from '../kit/error.ts';
import { canonicalIp } from '../kit/ip-address.ts';
import type { Logger } from 'pino';

/** All addresses of a name. Rejects: it has none, or nobody says. */
export type LookupAll = (host: string) => Promise<readonly string[]>;

/** The system's own way: files, then DNS. */
const systemLookup: LookupAll = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

interface HostAddressesOptions {
  readonly log: Logger;
  /** A name has addresses, or others than before. */
  readonly onAddresses: (host: string) => void;
  /** What they were in an earlier life. */
  readonly known?: ReadonlyMap<string, readonly string[]>;
  readonly lookup?: LookupAll;
  readonly ttlMs?: number;
}

interface Known {
  addresses: readonly string[];
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

/** getaddrinfo holds one of libuv's four threads until it answers: dead name servers must not hold them all. */
const MOST_UNDER_WAY = 2;
const TTL_MS = 60_000;
const BACKOFF_MS = 1000;

/** Addresses of hosts that Mesos knows by name, all of each, kept up to date. Whoever asks gets what is known now; what fails keeps what it had. */
export class HostAddresses {
  readonly #options: HostAddressesOptions;
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Set<string>();
  #underWay = 0;
  #isClosed = false;

  constructor(options: HostAddressesOptions) {
    this.#options = options;
  }

  /** Of a name or an address; none: not known yet, or it has none. */
  of(host: string): readonly string[] {
    if (host === '') return [];
    const address = canonicalIp(host);
    return address === undefined ? this.#see(host).addresses : [address];
  }

  /** Those that are known, by name. */
  all(): ReadonlyMap<string, readonly string[]> {
    const found = [...this.#known].filter(([, { addresses }]) => addresses.length > 0);
    return new Map(found.map(([host, { addresses }]) => [host, addresses]));
  }

  /** Forgets all other names. */
  retain(hosts: ReadonlySet<string>): void {
    for (const [host, { timer }] of this.#known) {
      if (hosts.has(host)) continue;
      clearTimeout(timer);
      this.#known.delete(host);
      this.#waiting.delete(host);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.retain(new Set());
  }

  #see(host: string): Known {
    const known = this.#known.get(host);
    if (known !== undefined) return known;
    const fresh: Known = { addresses: this.#options.known?.get(host) ?? [], failures: 0, timer: undefined };
    if (this.#isClosed) return fresh;
    this.#known.set(host, fresh);
    this.#ask(host);
    return fresh;
  }

  #ask(host: string): void {
    this.#waiting.add(host);
    this.#start();
  }

  #start(): void {
    for (const host of this.#waiting) {
      if (this.#underWay >= MOST_UNDER_WAY) return;
      this.#waiting.delete(host);
      void this.#run(host);
    }
  }

  async #run(host: string): Promise<void> {
    this.#underWay += 1;
    const nextMs = await this.#resolve(host);
    this.#underWay -= 1;
    const known = this.#known.get(host);
    if (known !== undefined) {
      clearTimeout(known.timer);
      known.timer = setTimeout(() => this.#ask(host), nextMs).unref();
    }
    this.#start();
  }

  /** @returns when to ask again */
  async #resolve(host: string): Promise<number> {
    const { lookup: ask = systemLookup, ttlMs = TTL_MS, log } = this.#options;
    try {
      const addresses = await ask(host);
      this.#resolved(host, [...new Set(addresses.flatMap((one) => canonicalIp(one) ?? []))].sort());
      return ttlMs;
    } catch (error) {
      const known = this.#known.get(host);
      if (known === undefined) return ttlMs;
      known.failures += 1;
      if (known.failures === 1) log.warn({ host, kept: known.addresses, error: messageOf(error) }, 'name of a host in Mesos not resolved');
      return backoffMs(known.failures, { baseMs: BACKOFF_MS, maxMs: ttlMs });
    }
  }

  #resolved(host: string, addresses: readonly string[]): void {
    const known = this.#known.get(host);
    if (known === undefined) return;
    known.failures = 0;
    if (equal(known.addresses, addresses)) return;
    known.addresses = addresses;
    this.#options.onAddresses(host);
  }
}
