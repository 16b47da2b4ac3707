import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Client } from 'undici';
import { messageOf } from '../kit/error.ts';
import { ZDD_EXIT, ZddError } from './exits.ts';
import { readStatistics } from './read-statistics.ts';
import type { Balancer } from './standing.ts';

/** Of one question; a balancer that is silent for longer is asked again. */
const LIMIT_MS = 20_000;
const LIMITS = { headersTimeout: LIMIT_MS, bodyTimeout: LIMIT_MS };

/** Master and worker; each one more is a worker that was replaced and has connections left. */
const PIDS_AT_REST = 2;

interface Address {
  readonly address: string;
  readonly family: number;
}

/** Every address that the host has: IPv4, and IPv6 only where there is none. */
const addressesOf = async (host: string): Promise<readonly Address[]> => {
  const bare = host.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  if (family !== 0) return [{ address: bare, family }];
  const all = await lookup(bare, { all: true });
  const first = all.filter((one) => one.family === 4);
  return first.length > 0 ? first : all;
};

const unseen = (place: string, because: string): ZddError =>
  new ZddError(ZDD_EXIT.balancer, `the balancer at ${place} cannot be seen: ${because}`);

/** Every balancer behind one address, by Marathon-LB's endpoints on its statistics port. */
export class Balancers {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param url with the port, and user and password where the balancer asks for them */
  constructor(url: URL) {
    this.#url = url;
    const { username, password } = url;
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    // As zdd.py: a connection for each question. One that is kept would keep HAProxy's replaced worker from its end.
    const close = { connection: 'close' };
    this.#headers = username === '' ? close : { ...close, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  }

  /** Looks at all of them. @throws ZddError `balancer`: one at least cannot be seen */
  async look(signal: AbortSignal): Promise<readonly Balancer[]> {
    let addresses: readonly Address[];
    try {
      addresses = await addressesOf(this.#url.hostname);
    } catch (error) {
      throw unseen(this.#url.host, messageOf(error));
    }
    return Promise.all(addresses.map(async (address) => this.#lookAt(address, signal)));
  }

  async #lookAt(address: Address, signal: AbortSignal): Promise<Balancer> {
    const place = (address.family === 6 ? `[${address.address}]` : address.address) + (this.#url.port === '' ? '' : `:${this.#url.port}`);
    const client = this.#open(address);
    const ask = async (path: string): Promise<string> => this.#ask(client, path, signal);
    try {
      const pids = (await ask('/_haproxy_getpids')).trim().split(/\s+/);
      const rows = readStatistics(await ask('/haproxy?stats;csv'));
      if (rows === undefined) throw new Error('it answers with no statistics of HAProxy');
      return { place, rows, hasOldWorkers: pids.length > PIDS_AT_REST };
    } catch (error) {
      signal.throwIfAborted();
      throw unseen(place, messageOf(error));
    } finally {
      await client.destroy();
    }
  }

  /** By the name that was given: TLS and proxies go by it. */
  #open({ address, family }: Address): Client {
    return new Client(this.#url.origin, {
      ...LIMITS,
      pipelining: 0,
      connect: {
        timeout: LIMIT_MS,
        lookup: (_host, options, found) => {
          if (options.all === true) found(null, [{ address, family }]);
          else found(null, address, family);
        },
      },
    });
  }

  async #ask(client: Client, path: string, signal: AbortSignal): Promise<string> {
    const base = this.#url.pathname.replace(/\/+$/, '');
    const answer = await client.request({ method: 'GET', path: `${base}${path}`, headers: this.#headers, signal });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${path} answers ${answer.statusCode}`);
    return text;
  }
}
