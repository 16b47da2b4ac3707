import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type { Book } from '../../src/rollout/book.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { aBook, someShares } from '../kit/books.ts';
import { anEntry, aTask } from '../kit/builders.ts';
import { type Core, openCore } from '../kit/core.ts';
import { getFrom } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { upstream } from '../kit/haproxy-upstream.ts';
import { waitFor } from '../kit/wait-for.ts';

const BY = { by: 'ada', at: '2026-11-22T10:00:00.000Z' };

const shares = (blue: number, closed: readonly string[] = []): Book =>
  aBook({ shares: { '/shop': someShares({ '/shop-blue': blue, '/shop-green': 100 - blue }, closed) } });

/** An app of the group with a task at each port. */
const aColour = (colour: string, ports: readonly number[], labels: Readonly<Record<string, string>> = {}): AppEntry =>
  anEntry(
    {
      id: `/shop-${colour}`,
      instances: ports.length,
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop', ...labels },
    },
    ports.map((port) => aTask({ id: `shop-${colour}.${port}`, host: '127.0.0.1', ports: [port] })),
  );

const openPorts = async (t: TestContext, colour: string, count: number): Promise<readonly number[]> => {
  const upstreams = await Promise.all(Array.from({ length: count }, async () => upstream(t, colour)));
  return upstreams.map(({ port }) => port);
};

const inForce = async (core: Core): Promise<void> => {
  await waitFor('all is in force', async () => (await core.plan()).kind === 'noop' && core.reloader.idle);
};

const take = async (core: Core, book: Book): Promise<void> => {
  core.loop.takeChange(core.picture.takeBook(book));
  await inForce(core);
};

/** How many of a hundred requests the colour answers. */
const answeredBy = async (core: Core, colour: string): Promise<number> => {
  let count = 0;
  for (let request = 0; request < 100; request += 1) {
    const { status, text } = await core.get('shop.example');
    assert.equal(status, 200);
    if (text === colour) count += 1;
  }
  return count;
};

const assertAbout = (count: number, expected: number): void => assert.ok(Math.abs(count - expected) <= 2, `${count}, not ${expected}`);

/** Three tasks of blue and one of green, served. */
const openShop = async (t: TestContext, haproxy: string, labels: Readonly<Record<string, string>> = {}): Promise<Core> => {
  const blue = aColour('blue', await openPorts(t, 'blue', 3), labels);
  const green = aColour('green', await openPorts(t, 'green', 1), labels);
  const core = await openCore(t, { haproxy });
  core.take([blue, green]);
  // It serves a little before the start is counted.
  await waitFor('HAProxy was started', () => core.reloader.counts.reloads === 1 && core.reloader.idle);
  await waitFor('it serves', async () => (await core.get('shop.example')).status === 200);
  await inForce(core);
  return core;
};

const shopUrl = ({ address, settings }: Core): string => `http://${address}:${settings.httpPort}/`;

eachHaproxy('shares of a deployment group', ({ binary }) => {
  it('are taken and changed without a reload, and kept by one', async (t) => {
    const core = await openShop(t, binary);
    const { reloads } = core.reloader.counts;
    await take(core, shares(100));
    assert.equal(await answeredBy(core, 'green'), 0);
    await take(core, shares(75));
    assertAbout(await answeredBy(core, 'green'), 25);
    await take(core, shares(0));
    assert.equal(await answeredBy(core, 'green'), 100);
    await take(core, shares(10));
    assertAbout(await answeredBy(core, 'green'), 90);
    assert.equal(core.reloader.counts.reloads, reloads);

    core.reloader.request(['the test asks for it'], 'urgent');
    await waitFor('a reload', () => core.reloader.counts.reloads === reloads + 1);
    assertAbout(await answeredBy(core, 'green'), 90);
  });

  it('of all and nothing are taken without a reload where load balancing has fixed weights', async (t) => {
    const core = await openShop(t, binary, { HAPROXY_0_BALANCE: 'uri' });
    const { reloads } = core.reloader.counts;
    for (const blue of [100, 0]) {
      await take(core, shares(blue));
      assert.equal(await answeredBy(core, 'blue'), blue);
    }
    assert.equal(core.reloader.counts.reloads, reloads);
  });

  it('of nothing keep the clients that belong to an app, until it is given up', async (t) => {
    const core = await openShop(t, binary, { HAPROXY_0_STICKY: 'true' });
    await take(core, shares(0));
    const first = await core.get('shop.example');
    assert.equal(first.text, 'green');
    const cookie = [first.headers['set-cookie'] ?? ''].flat()[0]?.split(';')[0] ?? '';
    const again = async (): Promise<string> => (await getFrom(shopUrl(core), { host: 'shop.example', cookie })).text;
    await take(core, shares(100));
    assert.equal(await again(), 'green');
    assert.equal(await answeredBy(core, 'green'), 0);
    await take(core, shares(100, ['/shop-green']));
    assert.equal(await again(), 'blue');
  });

  it('are less than an order: maintenance is 503, and its end brings back what was', async (t) => {
    const core = await openShop(t, binary);
    await take(core, { ...shares(75), overrides: new Map([['m', { ...BY, id: 'm', kind: 'maintenance', appId: '/shop' }]]) });
    assert.equal((await core.get('shop.example')).status, 503);
    await take(core, shares(75));
    assertAbout(await answeredBy(core, 'green'), 25);
  });
});
