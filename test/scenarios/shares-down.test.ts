import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { pino } from 'pino';
import type { AppEntry } from '../../src/model/model.ts';
import { DownWatch } from '../../src/reconcile/down-watch.ts';
import { aBook, someShares } from '../kit/books.ts';
import { aCheck, anEntry, aTask } from '../kit/builders.ts';
import { type Core, openCore } from '../kit/core.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { upstream } from '../kit/haproxy-upstream.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Tasks that Marathon holds for healthy all the time, and that answer HAProxy's checks as the test says. */
interface Side {
  readonly entry: AppEntry;
  /** Ports of those that answer no check. */
  readonly ill: Set<number>;
  readonly ports: readonly number[];
}

const openSide = async (t: TestContext, colour: string, count: number): Promise<Side> => {
  const ill = new Set<number>();
  const open = async (): Promise<number> => {
    const { port } = await upstream(t, colour, ({ url, socket }, response) => {
      if (url === '/health' && ill.has(socket.localPort ?? 0)) response.statusCode = 500;
      response.end(colour);
    });
    return port;
  };
  const ports = await Promise.all(Array.from({ length: count }, open));
  const entry = anEntry(
    {
      id: `/shop-${colour}`,
      instances: count,
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop' },
      healthChecks: [aCheck({ path: '/health', intervalSeconds: 1, maxConsecutiveFailures: 0, timeoutSeconds: 20 })],
    },
    ports.map((port) => aTask({ id: `shop-${colour}.${port}`, host: '127.0.0.1', ports: [port], health: 'healthy' })),
  );
  return { entry, ill, ports };
};

/** How many servers of the group HAProxy has up. */
const countUp = async ({ haproxy }: Core): Promise<number> => {
  const servers = [...((await haproxy.servers(['shop_10000'])).get('shop_10000')?.values() ?? [])];
  return servers.filter(({ up }) => up).length;
};

/** Percent of two hundred requests that the colour answers. */
const shareOf = async (core: Core, colour: string): Promise<number> => {
  let count = 0;
  for (let request = 0; request < 200; request += 1) {
    const { status, text } = await core.get('shop.example');
    assert.equal(status, 200);
    if (text === colour) count += 1;
  }
  return count / 2;
};

const assertHalf = async (core: Core): Promise<void> => {
  const share = await shareOf(core, 'green');
  assert.ok(Math.abs(share - 50) <= 2, `${share} %, not 50`);
};

eachHaproxy('shares, where HAProxy alone finds servers down', ({ binary }) => {
  it('are kept while they are down, and when they are back, without a reload', async (t) => {
    const [blue, green] = [await openSide(t, 'blue', 2), await openSide(t, 'green', 4)];
    const core = await openCore(t, { haproxy: binary });
    const { loop, picture, haproxy, reloader } = core;
    const watch = new DownWatch({ log: pino({ level: 'silent' }), picture, haproxy, loop });
    const inForce = async (): Promise<void> => {
      await watch.look();
      await waitFor('all is in force', async () => (await core.plan()).kind === 'noop' && reloader.idle);
    };
    core.take([blue.entry, green.entry]);
    loop.takeChange(picture.takeBook(aBook({ shares: { '/shop': someShares({ '/shop-blue': 50, '/shop-green': 50 }) } })));
    await waitFor('all are up', async () => reloader.idle && haproxy.isRunning() && (await countUp(core)) === 6);
    await inForce();
    await assertHalf(core);
    const { reloads } = reloader.counts;

    for (const port of green.ports.slice(0, 2)) green.ill.add(port);
    await waitFor('two are down', async () => (await countUp(core)) === 4);
    await inForce();
    await assertHalf(core);

    for (const port of green.ports) green.ill.add(port);
    await waitFor('four are down', async () => (await countUp(core)) === 2);
    await inForce();
    assert.equal(await shareOf(core, 'green'), 0);

    green.ill.clear();
    await waitFor('all are back', async () => (await countUp(core)) === 6);
    await inForce();
    await assertHalf(core);
    assert.equal(reloader.counts.reloads, reloads);
  });
});
