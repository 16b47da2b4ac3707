import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { backoffMs } from '../kit/backoff.ts';
import { messageOf } from '../kit/error.ts';
import type { Logger } from 'pino';

/** Name -> address. */
export type Lookup = (host: string) => Promise<string>;

/** The system's own way (files, DNS), IPv4 before IPv6 as marathon-lb has it. */
export const systemLookup: Lookup = async (host) => (await lookup(host, { order: 'ipv4first' })).address;

interface HostsOptions {
  readonly lookup: Lookup;
  readonly ttlMs: number;
  readonly backoffBaseMs: number;
  readonly log: Logger;
  /** A name has an address, or another one than before. */
  onAddress(host: string, address: string): void;
}

interface Known {
  address: string | undefined;
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

/** getaddrinfo holds one of libuv's four threads until it answers: dead name servers must not hold them all. */
const MAX_UNDER_WAY = 2;

/** Addresses of the agents that Marathon knows by name, kept up to date. What fails keeps its last address. */
export class Hosts {
  readonly #options: HostsOptions;
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Set<string>();
  #underWay = 0;

  constructor(options: HostsOptions) {
    this.#options = options;
  }

  /** An agent's name or address, as Marathon has it. */
  see(host: string): void {
    if (host === '' || this.#known.has(host) || isIP(host) !== 0) return;
    this.#known.set(host, { address: undefined, failures: 0, timer: undefined });
    this.#ask(host);
  }

  /** Forgets all other names. */
  retain(hosts: ReadonlySet<string>): void {
    for (const host of this.#known.keys()) if (!hosts.has(host)) this.#forget(host);
  }

  close(): void {
    this.retain(new Set());
  }

  #forget(host: string): void {
    clearTimeout(this.#known.get(host)?.timer);
    this.#known.delete(host);
    this.#waiting.delete(host);
  }

  #ask(host: string): void {
    this.#waiting.add(host);
    this.#start();
  }

  #start(): void {
    for (const host of this.#waiting) {
      if (this.#underWay >= MAX_UNDER_WAY) return;
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
      known.timer = setTimeout(() => this.#ask(host), nextMs);
    }
    this.#start();
  }

  /** @returns when to ask again */
  async #resolve(host: string): Promise<number> {
    const { ttlMs, backoffBaseMs: baseMs, log } = this.#options;
    try {
      const address = await this.#options.lookup(host);
      this.#resolved(host, address);
      return ttlMs;
    } catch (error) {
      const known = this.#known.get(host);
      if (known === undefined) return ttlMs;
      known.failures += 1;
      log.warn({ host, kept: known.address, error: messageOf(error) }, 'agent name not resolved');
      return backoffMs(known.failures, { baseMs, maxMs: ttlMs });
    }
  }

  #resolved(host: string, address: string): void {
    const known = this.#known.get(host);
    if (known === undefined) return;
    known.failures = 0;
    if (known.address === address) return;
    known.address = address;
    this.#options.onAddress(host, address);
  }
}
