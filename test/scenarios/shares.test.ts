import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type { Book } from '../../src/rollout/book.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { anEntry, aTask } from '../kit/builders.ts';
import { type Core, openCore } from '../kit/core.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { upstream } from '../kit/haproxy-upstream.ts';
import { waitFor } from '../kit/wait-for.ts';

const BY = { by: 'ada', at: '2026-11-22T10:00:00.000Z' };

const aBook = (shares: Readonly<Record<string, number>> | undefined, closed: readonly string[] = []): Book => ({
  revision: 1,
  shares: new Map(shares === undefined ? [] : [['/shop', { ...BY, shares, closed, splitBy: 'request' as const }]]),
  rollouts: new Map(),
  overrides: new Map(),
});

/** An app of the group with a task at each port. */
const aColour = (colour: string, ports: readonly number[]): AppEntry =>
  anEntry(
    {
      id: `/shop-${colour}`,
      instances: ports.length,
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop' },
    },
    ports.map((port) => aTask({ id: `shop-${colour}.${port}`, host: '127.0.0.1', ports: [port] })),
  );

const openPorts = async (t: TestContext, colour: string, count: number): Promise<readonly number[]> => {
  const upstreams = await Promise.all(Array.from({ length: count }, async () => upstream(t, colour)));
  return upstreams.map(({ port }) => port);
};

const inForce = async (core: Core): Promise<void> => {
  await waitFor('all is in force', async () => (await core.plan()).kind === 'noop');
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

eachHaproxy('shares of a deployment group', ({ binary }) => {
  it('are taken and changed without a reload, and kept by one', async (t) => {
    const blue = aColour('blue', await openPorts(t, 'blue', 3));
    const green = aColour('green', await openPorts(t, 'green', 1));
    const core = await openCore(t, { haproxy: binary });
    core.take([blue, green]);
    await waitFor('it serves', async () => (await core.get('shop.example')).status === 200);
    await inForce(core);
    const { reloads } = core.reloader.counts;

    await take(core, aBook({ '/shop-blue': 100, '/shop-green': 0 }));
    assert.equal(await answeredBy(core, 'green'), 0);
    await take(core, aBook({ '/shop-blue': 75, '/shop-green': 25 }));
    assertAbout(await answeredBy(core, 'green'), 25);
    await take(core, aBook({ '/shop-blue': 0, '/shop-green': 100 }));
    assert.equal(await answeredBy(core, 'green'), 100);
    await take(core, aBook({ '/shop-blue': 10, '/shop-green': 90 }));
    assertAbout(await answeredBy(core, 'green'), 90);
    assert.equal(core.reloader.counts.reloads, reloads);

    core.reloader.request(['the test asks for it'], 'urgent');
    await waitFor('a reload', () => core.reloader.counts.reloads === reloads + 1);
    assertAbout(await answeredBy(core, 'green'), 90);
  });
});
