import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { App } from '../../src/model/app.ts';
import { commit, emptyModel } from '../../src/model/commit.ts';
import { reduce } from '../../src/model/reduce.ts';
import { anEntry, aPort, build, labels } from '../kit/builders.ts';

const MONDAY = '2026-01-05T00:00:00.000Z';
const TUESDAY = '2026-01-06T00:00:00.000Z';
const WEDNESDAY = '2026-01-07T00:00:00.000Z';
const SHOP = labels({ HAPROXY_0_VHOST: 'shop.example' });

/** What is desired after Marathon told these definitions, one after the other. */
const afterAll = (definitions: readonly Partial<App>[]): ReturnType<typeof build> => {
  const model = emptyModel();
  for (const definition of definitions) commit(model, reduce(model, { kind: 'app', entry: anEntry(definition) }));
  return build([...model.apps.values()]);
};

const routesAfter = (...definitions: readonly Partial<App>[]): Readonly<Record<string, string>> =>
  Object.fromEntries(afterAll(definitions).desired.maps.get('routes') ?? []);

const z: Partial<App> = { id: '/z', version: MONDAY, ports: [aPort({ servicePort: 10000 })], ...SHOP };
const a: Partial<App> = { id: '/a', version: TUESDAY, ports: [aPort({ servicePort: 10001 })], ...SHOP };

describe('of two apps that want the same, the older wish is met', () => {
  it('a route stays with the app that had it', () => assert.deepEqual(routesAfter(z, a), { 'shop.example/': 'z_10000' }));
  it('in whatever order they are read', () => assert.deepEqual(routesAfter(a, z), { 'shop.example/': 'z_10000' }));
  it('also when the app that has it is deployed anew, with one host more', () => {
    const anew = { ...z, version: WEDNESDAY, ...labels({ HAPROXY_0_VHOST: 'www.example,Shop.example' }) };
    assert.deepEqual(routesAfter(z, a, anew), { 'shop.example/': 'z_10000', 'www.example/': 'z_10000' });
  });
  it('who gives it up stands at the end when he wants it back', () => {
    const without = { ...z, version: TUESDAY, ...labels({}) };
    assert.deepEqual(routesAfter(z, a, without, { ...z, version: WEDNESDAY }), { 'shop.example/': 'a_10001' });
  });
  it('who leaves the group does too', () => {
    const elsewhere = { ...z, version: TUESDAY, labels: { ...SHOP.labels, HAPROXY_GROUP: 'internal' } };
    assert.deepEqual(routesAfter(z, a, elsewhere, { ...z, version: WEDNESDAY }), { 'shop.example/': 'a_10001' });
  });
  it('a path of a host counts from when the path was wanted', () => {
    const cart = { HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_PATH: '/cart' };
    const late = { ...z, version: WEDNESDAY, ...labels(cart) };
    assert.deepEqual(routesAfter(z, { ...a, ...labels(cart) }, late), { 'shop.example/cart': 'a_10001' });
  });
  it('another spelling of a host, an address or a path makes no wish older', () => {
    const spellings: readonly (readonly [string, string, string, string])[] = [
      ['shop.example', '/', 'shop.example.', '/'],
      ['[2001:db8::1]', '/', '2001:DB8:0::1', '/'],
      ['shop.example', '/a,b', 'shop.example', '/x /a,b'],
    ];
    for (const [host, prefix, spelt, paths] of spellings) {
      const theirs = { ...a, ...labels({ HAPROXY_0_VHOST: host, HAPROXY_0_PATH: prefix }) };
      const late = { ...z, version: WEDNESDAY, ...labels({ HAPROXY_0_VHOST: spelt, HAPROXY_0_PATH: paths }) };
      assert.equal(routesAfter({ ...z, ...labels({}) }, theirs, late)[`${host}${prefix}`], 'a_10001', spelt);
    }
  });
  it('an app with thousands of words in its labels is not asked for each of them by each of its routes', () => {
    const hosts = Array.from({ length: 500 }, (_, host) => `h${host}.example`).join(',');
    const words = { HAPROXY_GROUP: `external${',g'.repeat(30_000)}`, HAPROXY_0_VHOST: hosts, HAPROXY_0_PATH: '/a /b' };
    const entry = anEntry({ ...z, labels: words });
    let asked = 0;
    class Counted extends Map<string, string> {
      override get(key: string): string | undefined {
        asked += 1;
        return super.get(key);
      }
    }
    const { desired } = build([{ ...entry, since: new Counted(entry.since) }]);
    assert.equal([...(desired.maps.get('routes') ?? [])].length, 1000);
    assert.ok(asked < 6000, `${asked}`);
  });
  it('what was not kept of an app is as young as its last change', () => {
    const many = Array.from({ length: 3000 }, (_, host) => `h${host}.example`);
    const first = { ...z, ...labels({ HAPROXY_0_VHOST: many.slice(0, 900).join(',') }) };
    const theirs = { ...a, ...labels({ HAPROXY_0_VHOST: 'late.example' }) };
    const late = { ...z, version: WEDNESDAY, ...labels({ HAPROXY_0_VHOST: `${'x.example,'.repeat(2500)}late.example` }) };
    assert.equal(routesAfter(first, theirs, late)['late.example/'], 'a_10001');
  });
  it('rules of its own count from when their youngest host or path was wanted', () => {
    const first = (...definitions: readonly Partial<App>[]): string | undefined =>
      afterAll(definitions).desired.frontends.get('marathon_http_in')?.blocks?.[0]?.backend;
    const ruled = { ...a, ...labels({ HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_PATH_REGEX: '^/a' }) };
    const late = (path: string): Partial<App> => ({
      ...z,
      version: WEDNESDAY,
      ...labels({ HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_PATH_REGEX: path }),
    });
    assert.equal(first({ ...z, ...labels({}) }, ruled, late('^/z')), 'a_10001', 'a host that it wants since then');
    assert.equal(first(z, ruled, late('^/z')), 'a_10001', 'a path that it wants since then');
    const same = { ...z, ...labels({ HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_PATH_REGEX: '^/z' }) };
    assert.equal(first(same, ruled, late('^/z')), 'z_10000', 'nothing that it did not want before');
  });
  it('a service port stays with the app that had it', () => {
    const { desired, problems } = afterAll([z, { ...a, ports: [aPort({ servicePort: 10000 })], ...labels({}) }]);
    assert.deepEqual(
      [...desired.frontends.values()].filter(({ kind }) => kind === 'service').map(({ name }) => name),
      ['z_10000'],
    );
    assert.deepEqual(problems, [{ appId: '/a', portIndex: 0, message: 'service port 10000 is not opened: /z (port index 0) has it' }]);
  });
  it('a port that is moved by its label counts from the move', () => {
    const moved = labels({ HAPROXY_0_PORT: '10001' });
    const { desired } = afterAll([
      { ...z, ...labels({}) },
      { ...a, ...labels({}) },
      { ...z, version: WEDNESDAY, ...moved },
    ]);
    assert.deepEqual(
      [...desired.frontends.values()].filter(({ kind }) => kind === 'service').map(({ name }) => name),
      ['a_10001'],
    );
  });
});
