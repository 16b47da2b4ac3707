import { Agent, request } from 'node:http';
import type { TestContext } from 'node:test';
import type { AppEntry } from '../../src/model/model.ts';
import type { Book } from '../../src/rollout/book.ts';
import type { GroupShares } from '../../src/rollout/shares.ts';
import { aBook, someShares } from './books.ts';
import { anEntry, aTask } from './builders.ts';
import { type Core, openCore } from './core.ts';
import { upstream } from './haproxy-upstream.ts';
import { lastly } from './lastly.ts';
import { waitFor } from './wait-for.ts';

/** What an app says, and which upstreams are its tasks. */
export interface ColourApp {
  readonly id: string;
  readonly servicePort?: number;
  readonly ports: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
}

/** In mode http, unless a label says otherwise. */
export const anAppAt = ({ id, servicePort = 10_000, ports, labels }: ColourApp): AppEntry =>
  anEntry(
    {
      id,
      instances: ports.length,
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_PORT: `${servicePort}`, HAPROXY_0_MODE: 'http', ...labels },
    },
    ports.map((port) => aTask({ id: `${id.slice(1)}.${port}`, host: '127.0.0.1', ports: [port] })),
  );

export interface Answer {
  readonly status: number;
  /** Its upstream's name. */
  readonly who: string;
  /** Each 'NAME=VALUE' of the Set-Cookies. */
  readonly cookies: readonly string[];
}

export type Headers = Readonly<Record<string, string>>;

export interface ColourShop {
  readonly core: Core;
  /** A request to port 80 for shop.example; another host, port and headers in its place. Kept connections, but with `connection: close`. */
  readonly ask: (headers?: Headers, port?: number) => Promise<Answer>;
  /** Until all of it is in HAProxy. */
  readonly take: (book: Book) => Promise<void>;
  /** Shares of '/shop'; undefined: none. */
  readonly share: (shares: Partial<GroupShares> | undefined) => Promise<void>;
}

/** Where a reload may come between: it ends kept connections. */
export const CLOSE = { connection: 'close' };

const SHOP = { HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop' };

export interface ColourShopOptions {
  readonly haproxy: string;
  /** Of blue and green. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of `run`. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** How many upstreams each has; by default 1. */
  readonly each?: number;
  /** In the place of those that answer with the name of their app. */
  readonly upstreams?: { readonly blue: readonly number[]; readonly green: readonly number[] };
  readonly others?: readonly AppEntry[];
}

export const namedUpstreams = async (t: TestContext, name: string, count: number): Promise<readonly number[]> =>
  (await Promise.all(Array.from({ length: count }, async () => upstream(t, name)))).map(({ port }) => port);

/** A request on a connection of its own where no agent is given. */
const askAt = async (address: string, port: number, headers: Headers, agent: Agent | false): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host: address, port, agent, headers: { host: 'shop.example', ...headers } }, (response) => {
      let who = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (who += text));
      response.on('error', reject);
      response.on('end', () => {
        const cookies = (response.headers['set-cookie'] ?? []).map((one) => one.split(';')[0] ?? '');
        resolve({ status: response.statusCode ?? 0, who, cookies });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

/** Blue and green of the group '/shop', served as deployment tools have it, and whoever else is asked for. */
export const openColourShop = async (t: TestContext, options: ColourShopOptions): Promise<ColourShop> => {
  const { haproxy, labels = {}, flags = {}, each = 1, others = [] } = options;
  const named = async (name: string): Promise<readonly number[]> => namedUpstreams(t, name, each);
  const { blue, green } = options.upstreams ?? { blue: await named('blue'), green: await named('green') };
  const core = await openCore(t, { haproxy, flags });
  core.take([
    anAppAt({ id: '/shop-blue', ports: blue, labels: { ...SHOP, ...labels } }),
    anAppAt({ id: '/shop-green', ports: green, labels: { ...SHOP, ...labels } }),
    ...others,
  ]);
  const kept = new Agent({ keepAlive: true, maxSockets: 20 });
  lastly(t, async () => {
    kept.destroy();
    return Promise.resolve();
  });
  const ask: ColourShop['ask'] = async (headers = {}, port = core.settings.httpPort) =>
    askAt(core.address, port, headers, headers['connection'] === undefined ? kept : false);
  const inForce = async (): Promise<unknown> =>
    waitFor('all is in force', async () => core.reloader.idle && (await core.plan()).kind === 'noop');
  const take: ColourShop['take'] = async (book) => {
    core.loop.takeChange(core.picture.takeBook(book));
    await inForce();
  };
  await waitFor('HAProxy was started', () => core.reloader.counts.reloads > 0 && core.reloader.idle);
  await inForce();
  const share: ColourShop['share'] = async (shares) => {
    const told = { ...someShares({ '/shop-blue': 100, '/shop-green': 0 }), ...shares };
    await take(aBook(shares === undefined ? {} : { shares: { '/shop': told } }));
  };
  return { core, ask, take, share };
};
