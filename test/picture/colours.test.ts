import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { Picture } from '../../src/picture/picture.ts';
import type { GroupShares } from '../../src/rollout/shares.ts';
import { aBook, someShares } from '../kit/books.ts';
import { anEntry, aPort, aTask, someGlobals, someOptions } from '../kit/builders.ts';

const GROUP = { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop' };
const HALF = { '/shop-blue': 50, '/shop-green': 50 };

type Labels = Readonly<Record<string, string>>;

const aColour = (colour: string, labels: Labels = {}): AppEntry =>
  anEntry({ id: `/shop-${colour}`, labels: { ...GROUP, ...labels } }, [
    aTask({ id: `${colour}.1`, host: `10.0.1.${colour.length}`, ports: [31000] }),
  ]);

const pair = (labels: Labels = {}): readonly AppEntry[] => [aColour('blue', labels), aColour('green', labels)];

const anOwner = (id: string, labels: Labels, servicePort = 10_009): AppEntry =>
  anEntry({ id, ports: [aPort({ servicePort })], labels: { HAPROXY_GROUP: 'external', ...labels } }, [
    aTask({ id: `${id}.1`, host: '10.0.9.9' }),
  ]);

const open = (entries: readonly AppEntry[], shares: Partial<GroupShares>, options: Partial<BuildOptions> = {}): Picture => {
  const picture = new Picture(someOptions(options), someGlobals());
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  picture.takeBook(aBook({ shares: { '/shop': { ...someShares(HALF), ...shares } } }));
  return picture;
};

const messages = (picture: Picture): readonly string[] => picture.problems().map(({ appId, message }) => `${appId}: ${message}`);

const mapOf = (picture: Picture, map: string): Readonly<Record<string, string>> => Object.fromEntries(picture.desired.maps.get(map) ?? []);

const besides = ({ desired }: Picture): readonly string[] =>
  [...desired.backends.values()].flatMap(({ name, beside }) => (beside === undefined ? [] : [name])).sort();

const PREVIEW: Partial<GroupShares> = { preview: { hosts: true } };
const BY_USER: Partial<GroupShares> = { splitBy: 'user' };

describe('the name of a backend of one app', () => {
  it('is no name that another app has, whoever came first', () => {
    // '/shop/10000' on port 10001 is 'shop_10000_10001'.
    const numbered = aColour('10001');
    const owner = anOwner('/shop/10000', { HAPROXY_0_VHOST: 'numbers.example' }, 10_001);
    const shares = { '/shop-blue': 50, '/shop-10001': 50 };
    for (const entries of [
      [owner, aColour('blue'), numbered],
      [aColour('blue'), numbered, owner],
    ]) {
      const picture = open(entries, { ...BY_USER, shares });
      assert.equal(picture.desired.backends.get('shop_10000_10001')?.beside, undefined);
      assert.equal(mapOf(picture, 'routes')['numbers.example/'], 'shop_10000_10001');
      assert.deepEqual(besides(picture), ['shop_10000_blue']);
      assert.ok(!Object.values(mapOf(picture, 'splits')).includes('shop_10000_10001'), 'no visitor is led to another app');
      assert.deepEqual(messages(picture), [
        '/shop-blue: backend shop_10000_10001 is taken by /shop/10000 (port index 0): requests for shop_10000 are not led to that colour; give it another name',
      ]);
    }
  });

  it('comes back when the other app goes', () => {
    const picture = open([aColour('blue'), aColour('10001'), anOwner('/shop/10000', {}, 10_001)], {
      ...BY_USER,
      shares: { '/shop-blue': 50, '/shop-10001': 50 },
    });
    picture.take({ kind: 'app-gone', appId: '/shop/10000' });
    assert.deepEqual(besides(picture), ['shop_10000_10001', 'shop_10000_blue']);
    assert.deepEqual(messages(picture), []);
  });
});

describe('a host of one app', () => {
  const owned = (labels: Labels): AppEntry => anOwner('/owner', { HAPROXY_0_VHOST: 'green.shop.example', ...labels });

  it('is no host that another app has: neither weight nor age takes it, and the group is told', () => {
    const heavy = pair({ HAPROXY_0_BACKEND_WEIGHT: '100' });
    for (const entries of [
      [...heavy, owned({})],
      [...heavy, owned({ HAPROXY_0_BACKEND_WEIGHT: '-999999' })],
      [owned({}), ...heavy],
    ]) {
      const picture = open(entries, PREVIEW);
      const routes = mapOf(picture, 'routes');
      assert.equal(routes['green.shop.example/'], 'owner_10009');
      assert.equal(routes['blue.shop.example/'], 'shop_10000_blue_preview');
      const told = messages(picture);
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /^\/shop-green: green\.shop\.example\/ is not routed here: green\.shop\.example\/ of \/owner /);
    }
  });

  it('leaves its paths to an app that has but some of them', () => {
    const routes = mapOf(open([...pair(), owned({ HAPROXY_0_PATH: '/api' })], PREVIEW), 'routes');
    assert.equal(routes['green.shop.example/api'], 'owner_10009');
    assert.equal(routes['green.shop.example/'], 'shop_10000_green_preview');
  });

  it('has as many paths as the host, and their redirects', () => {
    const picture = open(pair({ HAPROXY_0_PATH: '/a /b', HAPROXY_0_REDIRECT_TO_HTTPS: 'true' }), PREVIEW);
    const routes = mapOf(picture, 'routes');
    assert.deepEqual(
      [routes['green.shop.example/a'], routes['green.shop.example/b'], routes['green.shop.example/']],
      ['shop_10000_green_preview', 'shop_10000_green_preview', undefined],
    );
    assert.equal(mapOf(picture, 'redirects')['shop_10000_green_preview'], '301');
  });

  it('asks for the same certificate of clients, and has a certificate only if that holds its name', () => {
    const guarded = { HAPROXY_0_SSL_CERT: '/apps/a.pem', HAPROXY_0_BIND_OPTIONS: 'ca-file /apps/ca.pem verify required' };
    const picture = open(pair(guarded), PREVIEW, { appFiles: ['/apps'], certificates: 'list', groupHttpsByVhost: true });
    const [own, green] = ['shop.example', 'green.shop.example'].map((host) => picture.hosts.get(host));
    assert.equal(own?.mustFit, undefined);
    assert.deepEqual(green, { ...own, mustFit: true });
    const guards = new Map(picture.desired.frontends.get('marathon_https_in')?.guarded?.map(([host, guard]) => [host, guard]));
    assert.deepEqual([guards.get('green.shop.example'), guards.get('blue.shop.example')], ['shown', 'shown']);
  });
});

describe('requests that nobody can tell apart', () => {
  const RULES = /^\/shop-green: requests cannot be led to one colour by header, cookie or visitor: rules of its own lead to it/;

  it('are told of, and go by weights: mode tcp, rules and texts of its own', () => {
    const own: readonly (readonly [Labels, RegExp])[] = [
      [{ HAPROXY_0_MODE: 'tcp' }, /by header, cookie or visitor: it is in mode tcp$/],
      [{ HAPROXY_0_PATH_REGEX: '^/v1' }, RULES],
      [{ HAPROXY_0_PATH: '-i /v1' }, RULES],
      [{ HAPROXY_0_HTTP_FRONTEND_ACL: '  acl host_{cleanedUpHostname} hdr(host) -i {hostname}' }, RULES],
    ];
    for (const [labels, message] of own)
      for (const shares of [PREVIEW, BY_USER]) {
        const { HAPROXY_0_VHOST: vhost, ...rest } = GROUP;
        const hosts = labels['HAPROXY_0_MODE'] === 'tcp' ? {} : { HAPROXY_0_VHOST: vhost };
        const entries = pair(labels).map(({ app, tasks }) =>
          anEntry({ ...app, labels: { ...rest, ...hosts, ...labels } }, [...tasks.values()]),
        );
        const picture = open(entries, { ...shares, shares: { '/shop-blue': 75, '/shop-green': 25 } });
        assert.deepEqual(besides(picture), [], JSON.stringify(labels));
        const told = messages(picture);
        assert.equal(told.length, 1, told.join('\n'));
        assert.match(told[0] ?? '', message);
        const weights = picture.desired.backends.get('shop_10000')?.servers.map(({ weight }) => weight) ?? [];
        const [blue = 0, green = 0] = weights;
        assert.ok(Math.abs((100 * green) / (blue + green) - 25) <= 0.5, 'by weights');
      }
  });

  it('are told of where load balancing does not keep the shares either', () => {
    const shares = { '/shop-blue': 75, '/shop-green': 25 };
    const told = messages(open(pair({ HAPROXY_0_PATH_REGEX: '^/v1', HAPROXY_0_BALANCE: 'leastconn' }), { ...BY_USER, shares }));
    assert.match(told[0] ?? '', RULES);
    assert.match(
      told[1] ?? '',
      /^\/shop-green: visitors are not told apart, and load balancing leastconn .*: all goes to the largest one$/,
    );
    assert.deepEqual(messages(open(pair({ HAPROXY_0_BALANCE: 'leastconn' }), { ...BY_USER, shares })), []);
  });
});

describe('a preview for given networks', () => {
  const networksOf = (labels: Labels, networks: readonly string[]): readonly string[] | undefined =>
    open(pair(labels), { preview: { hosts: false, networks } }).desired.backends.get('shop_10000_green_preview')?.profile.allowedFrom;

  it('lets nobody in whom the app keeps out', () => {
    const own = { HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8' };
    assert.deepEqual(networksOf({}, ['192.0.2.0/24']), ['192.0.2.0/24']);
    assert.deepEqual(networksOf(own, ['10.1.0.0/16', '192.0.2.0/24']), ['10.1.0.0/16']);
    assert.equal(networksOf(own, ['192.0.2.0/24']), undefined, 'there is no preview');
  });

  it('is none where nobody is in both, and that is told', () => {
    const own = { HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8' };
    const picture = open(pair(own), { preview: { hosts: true, networks: ['192.0.2.0/24'] } });
    assert.deepEqual(besides(picture), []);
    assert.equal(mapOf(picture, 'routes')['green.shop.example/'], undefined);
    assert.deepEqual(messages(picture), [
      '/shop-green: no colour of shop_10000 can be looked at: nobody is in the networks that may look at it',
    ]);
  });
});

describe('an app of a group that was given up or is closed', () => {
  const ALL_BLUE = { '/shop-blue': 100, '/shop-green': 0 };

  it('cannot be asked for, and no visitor has it', () => {
    const picture = open(pair(), { ...BY_USER, ...PREVIEW, shares: ALL_BLUE, closed: ['/shop-green'] });
    assert.deepEqual(Object.keys(mapOf(picture, 'colours')).sort(), ['shop_10000', 'shop_10000/blue']);
    assert.deepEqual(mapOf(picture, 'splits'), { 'shop_10000/1': 'shop_10000_blue' });
    const states = picture.desired.backends.get('shop_10000_green')?.servers.map(({ state }) => state);
    assert.deepEqual(states, ['maint'], 'not by its own cookie either');
    assert.equal(mapOf(picture, 'routes')['green.shop.example/'], undefined);
  });

  it('is closed in each of its backends by maintenance', () => {
    const picture = new Picture(someOptions(), someGlobals());
    picture.take({ kind: 'snapshot', entries: pair(), keep: new Set() });
    const maintenance = { id: 'm', kind: 'maintenance', appId: '/shop', by: 'ada', at: '2026-11-22T10:00:00.000Z' } as const;
    const shares = { ...someShares(HALF), ...BY_USER, ...PREVIEW };
    picture.takeBook(aBook({ shares: { '/shop': shares }, overrides: [maintenance] }));
    const servers = [...picture.desired.backends.values()].flatMap((backend) => backend.servers);
    assert.ok(servers.length >= 4);
    assert.ok(servers.every(({ state }) => state === 'maint'));
  });
});

it('frontends that all share ask for colours only where there is a group in mode http', () => {
  const asking = ({ desired }: Picture): readonly string[] =>
    [...desired.frontends.values()].filter(({ colours }) => colours === true).map(({ name }) => name);
  const picture = new Picture(someOptions(), someGlobals());
  const owner = anOwner('/owner', { HAPROXY_0_VHOST: 'owner.example', HAPROXY_0_MODE: 'http' });
  picture.take({ kind: 'snapshot', entries: [owner, ...pair()], keep: new Set() });
  const shared = ['marathon_http_in', 'marathon_https_in', 'marathon_http_appid_in'];
  assert.deepEqual([...asking(picture)].sort(), [...shared, 'shop_10000'].sort());
  picture.take({ kind: 'app-gone', appId: '/shop-blue' });
  assert.deepEqual([...asking(picture)].sort(), [...shared, 'shop_10000'].sort());
  picture.take({ kind: 'app-gone', appId: '/shop-green' });
  assert.deepEqual(asking(picture), []);
  const tcp = pair({ HAPROXY_0_MODE: 'tcp' }).map(({ app, tasks }) => {
    const labels = Object.entries(app.labels).filter(([name]) => name !== 'HAPROXY_0_VHOST');
    return anEntry({ ...app, labels: Object.fromEntries(labels) }, [...tasks.values()]);
  });
  picture.take({ kind: 'snapshot', entries: tcp, keep: new Set() });
  assert.deepEqual(asking(picture), []);
});

it('apps of no group have nothing of all this', () => {
  const owner = anOwner('/owner', { HAPROXY_0_VHOST: 'owner.example', HAPROXY_0_MODE: 'http' });
  const without = new Picture(someOptions(), someGlobals());
  without.take({ kind: 'snapshot', entries: [owner], keep: new Set() });
  const ofOwner = ({ desired }: Picture) => [desired.backends.get('owner_10009'), desired.frontends.get('owner_10009')] as const;
  const [backend, listener] = ofOwner(without);
  assert.deepEqual(ofOwner(open([owner, ...pair()], { ...PREVIEW, ...BY_USER })), [backend, listener]);
  assert.ok(backend !== undefined && listener !== undefined);
  assert.equal(backend.profile.times, undefined);
  assert.equal(listener.colours, undefined);
});
