import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { equal } from '../../src/kit/equal.ts';
import { GroupObserver } from '../../src/observe/observe-group.ts';
import { anAppAt, type Answer, CLOSE, type ColourShop, namedUpstreams, openColourShop } from '../kit/colour-shop.ts';
import { eachHaproxy, haproxies } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Blue and green of one group, and an app of no group. */
const openShop = async (t: TestContext, haproxy: string, labels: Readonly<Record<string, string>> = {}): Promise<ColourShop> => {
  const ports = await namedUpstreams(t, 'other', 1);
  const other = anAppAt({ id: '/other', servicePort: 10_001, ports, labels: { HAPROXY_0_VHOST: 'other.example' } });
  return openColourShop(t, { haproxy, labels, others: [other] });
};

const GREEN = { ...CLOSE, 'x-sluice-colour': 'green' };

eachHaproxy('a look at a colour before it has a share', ({ version, binary }) => {
  it('is had by a header, a cookie or a host, through each frontend, and by nobody else', async (t) => {
    const { core, ask, share } = await openShop(t, binary);
    const { httpPort, appIdPort } = core.settings;
    const { reloads } = core.reloader.counts;
    await share({ preview: { hosts: true } });
    // HAProxy 3.4 is given backends at run time.
    if (Number(version) >= 3.4) assert.equal(core.reloader.counts.reloads, reloads);
    const who = async (headers: Readonly<Record<string, string>>, port = httpPort): Promise<string> =>
      (await ask({ ...CLOSE, ...headers }, port)).who;

    assert.equal(await who({}), 'blue');
    assert.equal(await who(GREEN), 'green');
    assert.equal(await who({ 'x-sluice-colour': 'GREEN' }), 'green');
    assert.equal(await who({ 'x-sluice-colour': 'blue' }), 'blue');
    assert.equal(await who({ cookie: 'a=b; SLUICE_COLOUR=green; c=d' }), 'green');
    assert.equal(await who({ host: 'green.shop.example' }), 'green');
    assert.equal(await who({ host: 'blue.shop.example' }), 'blue');
    assert.equal(await who(GREEN, 10_000), 'green');
    assert.equal(await who({}, 10_000), 'blue');
    assert.equal(await who({ ...GREEN, 'x-marathon-app-id': '/shop' }, appIdPort), 'green');
    assert.equal(await who({ 'x-marathon-app-id': '/shop' }, appIdPort), 'blue');

    for (const colour of ['', 'red', 'other', 'green/', 'green, blue', '../other_10001', 'green'.repeat(500)])
      assert.equal(await who({ 'x-sluice-colour': colour }), 'blue', `'${colour.slice(0, 20)}' is no colour`);
    assert.equal(await who({ ...GREEN, host: 'other.example' }), 'other');
    assert.equal((await ask({ ...CLOSE, host: 'green.other.example' })).status, 503);
    assert.equal((await ask(GREEN)).cookies.length, 0);

    await share(undefined);
    assert.equal((await ask({ ...CLOSE, host: 'green.shop.example' })).status, 503);
  });

  it('counts for no gate, and is seen as what runs on its task', async (t) => {
    const { core, ask, share } = await openShop(t, binary);
    await share({ preview: { hosts: true } });
    const { picture, haproxy } = core;
    const observer = new GroupObserver({
      sluice: 'this one',
      groups: {
        revision: async () => Promise.resolve(picture.revision),
        members: (group) => picture.members(group),
        places: (appId) => picture.places(appId),
        shapeOf: (backend) => picture.desired.backends.get(backend)?.shape,
      },
      counts: async (counted) => haproxy.counts(counted),
    });
    const before = await observer.observe('/shop');
    for (let request = 0; request < 3; request += 1) assert.equal((await ask(GREEN)).who, 'green');
    assert.equal((await ask(CLOSE)).who, 'blue');
    const came = async (appId: string): Promise<readonly number[]> => {
      const [was, is] = [before, await observer.observe('/shop')].map((seen) => seen?.apps[appId]?.counters);
      const timed = (times: readonly number[] = []): number => times.reduce((sum, count) => sum + count, 0);
      return [(is?.requests ?? 0) - (was?.requests ?? 0), timed(is?.responseTimes) - timed(was?.responseTimes)];
    };
    await waitFor('the one of blue is counted', async () => equal(await came('/shop-blue'), [1, 1]));
    assert.deepEqual(await came('/shop-green'), [0, 0]);
    const { servers = [] } = (await observer.observe('/shop'))?.apps['/shop-green'] ?? {};
    assert.deepEqual(
      servers.map(({ backend, up }) => [backend, up]),
      [
        ['shop_10000', true],
        ['shop_10000_green_preview', true],
      ],
    );
  });

  it('is for given networks only, and 403 for others', async (t) => {
    const { ask, share } = await openShop(t, binary, { HAPROXY_0_STICKY: 'true' });
    await share({ preview: { hosts: true, networks: ['10.0.0.0/8'] } });
    assert.equal((await ask(GREEN)).status, 403);
    assert.equal((await ask({ ...CLOSE, host: 'green.shop.example' })).status, 403);
    assert.equal((await ask(CLOSE)).who, 'blue');
    await share({ preview: { hosts: true, networks: ['10.0.0.0/8', '127.0.0.0/8'] } });
    const { who, cookies } = await ask(GREEN);
    assert.equal(who, 'green');
    // Whoever has looked does not stay with that server for everything else.
    assert.match(cookies[0] ?? '', /^mesosphere_server_id_preview=/);
  });
});

const USERS = 2000;

/** Standard deviations that chance has: five are left to one run in millions. */
const assertShare = (count: number, users: number, percent: number): void => {
  const expected = (users * percent) / 100;
  const deviation = Math.sqrt((expected * (100 - percent)) / 100);
  assert.ok(Math.abs(count - expected) <= 5 * deviation, `${count} of ${users} have green, for ${percent} %`);
};

const isGreen = ({ who }: Answer): boolean => who === 'green';

eachHaproxy('a split by user', ({ version, binary }) => {
  const users = binary === haproxies[0]?.binary ? USERS : USERS / 10;

  it('keeps visitors on a colour, and moves only those that a growing share must move, without a reload', async (t) => {
    const { core, ask, share } = await openShop(t, binary, { HAPROXY_0_BALANCE: 'leastconn' });
    const before = core.reloader.counts.reloads;
    await share({ splitBy: 'user' });
    if (Number(version) >= 3.4) assert.equal(core.reloader.counts.reloads, before);
    const { reloads } = core.reloader.counts;
    const shared = async (green: number): Promise<void> =>
      share({ splitBy: 'user', shares: { '/shop-blue': 100 - green, '/shop-green': green } });

    await shared(10);
    const first = await Promise.all(Array.from({ length: users }, async () => ask()));
    assertShare(first.filter(isGreen).length, users, 10);
    const cookies = first.map(({ cookies: [cookie = ''] }) => cookie);
    assert.equal(new Set(cookies).size, users, 'each has a cookie of its own');
    const again = async (): Promise<readonly Answer[]> => Promise.all(cookies.map(async (cookie) => ask({ cookie })));
    let last = await again();
    assert.deepEqual(
      last.map(({ who }) => who),
      first.map(({ who }) => who),
      'they stay where their first request was',
    );
    assert.ok(last.every((answer) => answer.cookies.length === 0));

    for (const green of [20, 33.3, 50]) {
      await shared(green);
      const now = await again();
      assertShare(now.filter(isGreen).length, users, green);
      assert.deepEqual(
        now.filter((answer, user) => !isGreen(answer) && isGreen(last[user] ?? answer)),
        [],
        'nobody moves back',
      );
      last = now;
    }
    await shared(10);
    assert.deepEqual(
      (await again()).map(({ who }) => who),
      first.map(({ who }) => who),
      'as it was before',
    );
    await shared(100);
    assert.ok((await again()).every(isGreen));
    assert.equal(core.reloader.counts.reloads, reloads);
    assert.deepEqual(core.picture.problems(), []);
  });

  it('leaves nobody with a colour that has no server', async (t) => {
    const { core, ask, share } = await openShop(t, binary);
    await share({ splitBy: 'user', shares: { '/shop-blue': 50, '/shop-green': 50 }, preview: { hosts: false } });
    const ids = Array.from({ length: 40 }, (_, id) => `SLUICE_VISITOR=visitor-${id}`);
    const seen = new Set((await Promise.all(ids.map(async (cookie) => ask({ ...CLOSE, cookie })))).map(({ who }) => who));
    assert.deepEqual([...seen].sort(), ['blue', 'green']);
    const green = core.picture.model.apps.get('/shop-green');
    assert.ok(green !== undefined);
    core.loop.take({ kind: 'app', entry: { ...green, tasks: new Map() } });
    await waitFor('all is in force', async () => (await core.plan()).kind === 'noop' && core.reloader.idle);
    for (const cookie of ids) assert.equal((await ask({ ...CLOSE, cookie })).who, 'blue');
    const blue = core.picture.places('/shop-green').filter(({ appId }) => appId === '/shop-blue');
    // Whoever waits for its last connection has to look at each of them.
    for (const backend of ['shop_10000', 'shop_10000_blue', 'shop_10000_blue_preview'])
      assert.ok(
        blue.some((place) => place.backend === backend),
        `blue's task has a place in ${backend}`,
      );
    // Who wants to see green alone is told that there is none.
    assert.equal((await ask(GREEN)).status, 503);
  });
});
