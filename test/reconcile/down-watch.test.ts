import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Change } from '../../src/desired/change.ts';
import type { ServerState } from '../../src/desired/desired.ts';
import { parseServers } from '../../src/haproxy/server-tables.ts';
import type { ObservedServer } from '../../src/plan/observed.ts';
import { Picture } from '../../src/picture/picture.ts';
import { DownWatch } from '../../src/reconcile/down-watch.ts';
import { downServers } from '../../src/reconcile/down-servers.ts';
import { aBook, someShares } from '../kit/books.ts';
import { anEntry, aTask, someGlobals, someOptions } from '../kit/builders.ts';

const NAME = 'shop_10000';

type Table = ReturnType<typeof parseServers>;

const aServer = (name: string, up: boolean, state: ServerState = 'ready'): ObservedServer => ({
  ...{ name, id: 1, address: '10.0.0.1', port: 31000, weight: 1, checkPort: 0, state, connections: 0, up },
});

const tableOf = (...servers: readonly ObservedServer[]): Table =>
  new Map([[NAME, new Map(servers.map((server) => [server.name, server]))]]);

const downOf = (table: Table, before: readonly string[] = []): readonly string[] => [
  ...(downServers(table, new Map([[NAME, new Set(before)]])).get(NAME) ?? []),
];

describe('what HAProxy finds down', () => {
  it('is what its checks say, also of a server that is drained', () => {
    const table = tableOf(aServer('a', true), aServer('b', false), aServer('c', false, 'drain'), aServer('d', true, 'drain'));
    assert.deepEqual(downOf(table), ['b', 'c']);
    assert.deepEqual(downOf(table, ['a', 'd']), ['b', 'c']);
  });

  it('is not what somebody has taken out of service: nothing is checked there', () => {
    assert.deepEqual(downOf(tableOf(aServer('a', true), aServer('b', false, 'maint'))), []);
    assert.deepEqual(downOf(tableOf(aServer('a', true), aServer('b', false, 'maint')), ['b']), []);
  });

  it('stays so in maint where nobody else serves: else it would be tried again and again', () => {
    const table = tableOf(aServer('a', false), aServer('b', false, 'maint'), aServer('c', false, 'maint'));
    assert.deepEqual(downOf(table, ['b']), ['a', 'b']);
  });
});

const aColour = (colour: string, count: number, group = 'shop') =>
  anEntry(
    {
      id: `/${group}-${colour}`,
      instances: count,
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: `${group}.example`, HAPROXY_DEPLOYMENT_GROUP: group },
    },
    Array.from({ length: count }, (_, index) => aTask({ id: `${group}-${colour}.${index}`, host: `10.0.${colour.length}.${index + 1}` })),
  );

/** Two of blue and four of green, and HAProxy as the test says. */
const open = () => {
  const picture = new Picture(someOptions(), someGlobals());
  picture.take({ kind: 'snapshot', entries: [aColour('blue', 2), aColour('green', 4)], keep: new Set() });
  const asked: (readonly string[])[] = [];
  const changes: Change[] = [];
  const warnings: string[] = [];
  const world = { down: new Set<string>(), fails: false };
  const servers = async (backends: readonly string[]): Promise<Table> => {
    asked.push(backends);
    if (world.fails) return Promise.reject(new Error('no answer in time'));
    const all = picture.desired.backends.get(NAME)?.servers ?? [];
    return Promise.resolve(tableOf(...all.map(({ name }) => aServer(name, !world.down.has(name)))));
  };
  const watch = new DownWatch({
    log: { warn: (_: unknown, message?: string) => void warnings.push(message ?? '') },
    picture,
    haproxy: { isRunning: () => true, servers },
    loop: { takeChange: (change) => void changes.push(change) },
  });
  const share = (shares: Readonly<Record<string, number>>) => picture.takeBook(aBook({ shares: { '/shop': someShares(shares) } }));
  return { picture, watch, world, asked, changes, warnings, share };
};

/** Percent that those of an app take that are not down. */
const shareOf = (picture: Picture, appId: string, down: ReadonlySet<string>): number => {
  const owners = new Map(picture.places('/shop-blue').map((place) => [place.server, place.appId]));
  const up = (picture.desired.backends.get(NAME)?.servers ?? []).filter(({ name }) => !down.has(name));
  const weightOf = (servers: typeof up): number => servers.reduce((sum, { weight }) => sum + weight, 0);
  return (100 * weightOf(up.filter(({ name }) => owners.get(name) === appId))) / weightOf(up);
};

describe('a look at what HAProxy finds down', () => {
  it('asks for nothing where nobody has shares, and then for no more than their backends', async () => {
    const { picture, watch, asked, share } = open();
    picture.take({ kind: 'app', entry: aColour('blue', 1, 'other') });
    await watch.look();
    assert.deepEqual(asked, []);
    share({ '/shop-blue': 50, '/shop-green': 50 });
    await watch.look();
    assert.deepEqual(asked, [[NAME]]);
    picture.take({ kind: 'app-gone', appId: '/shop-blue' });
    await watch.look();
    assert.equal(asked.length, 1);
  });

  it('has shares kept among those that are up, and again when they are back', async () => {
    const { picture, watch, world, changes, share } = open();
    share({ '/shop-blue': 50, '/shop-green': 50 });
    const greens = picture.places('/shop-green').filter(({ appId }) => appId === '/shop-green');
    for (const { server } of greens.slice(0, 2)) world.down.add(server);
    await watch.look();
    assert.deepEqual([...(changes.at(-1)?.backends ?? [])], [NAME]);
    assert.ok(Math.abs(shareOf(picture, '/shop-green', world.down) - 50) <= 0.5);
    await watch.look();
    assert.equal(changes.length, 1);
    world.down.clear();
    await watch.look();
    assert.equal(changes.length, 2);
    assert.ok(Math.abs(shareOf(picture, '/shop-green', world.down) - 50) <= 0.5);
  });

  it('that fails changes nothing, and is told once', async () => {
    const { picture, watch, world, changes, warnings, share } = open();
    share({ '/shop-blue': 50, '/shop-green': 50 });
    world.down.add(picture.places('/shop-green')[0]?.server ?? '');
    await watch.look();
    world.fails = true;
    await watch.look();
    await watch.look();
    assert.equal(changes.length, 1);
    assert.deepEqual(warnings, ['servers that are down are not looked for: no answer in time']);
  });

  it('forgets all when there are no shares any more', async () => {
    const { picture, watch, world, share } = open();
    share({ '/shop-blue': 50, '/shop-green': 50 });
    world.down.add(picture.places('/shop-green')[0]?.server ?? '');
    await watch.look();
    picture.takeBook(aBook({ revision: 2 }));
    await watch.look();
    world.down.clear();
    share({ '/shop-blue': 50, '/shop-green': 50 });
    assert.ok(Math.abs(shareOf(picture, '/shop-green', world.down) - 50) <= 0.5);
  });
});
