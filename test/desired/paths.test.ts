import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatorOverrides } from '../../src/pieces/overrides.ts';
import { anEntry, aTask, build } from '../kit/builders.ts';

const ACL_HTTP = '  acl p_{backend} path_reg {path}\n  use_backend {backend} if {{ hdr(host) -i {hostname} }} p_{backend}';
const ACL_HTTPS = '  acl path_{backend} path_reg {path}';

const ofShop = (labels: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}, tasks = [aTask()]) => {
  const named = Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
  const entry = anEntry({ labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'a.example', ...named } }, tasks);
  const { desired, problems } = build([entry], { overrides: operatorOverrides(environment, new Map()) });
  const blocks = [...desired.frontends.values()].flatMap(({ blocks: all = [] }) => all);
  return {
    desired,
    blocks,
    texts: blocks.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'text' ? part.lines : []))),
    problems,
  };
};

describe('PATH that is no prefixes', () => {
  it('stands in texts that are all that reads it', () => {
    for (const { blocks, texts, problems } of [
      ofShop({ PATH: '-i ^/v[0-9]+/  /x', HTTP_FRONTEND_ACL_WITH_PATH: ACL_HTTP, HTTPS_FRONTEND_ACL_ONLY_WITH_PATH: ACL_HTTPS }),
      ofShop(
        { PATH: '-i ^/v[0-9]+/  /x' },
        { HAPROXY_HTTP_FRONTEND_ACL_WITH_PATH: ACL_HTTP, HAPROXY_HTTPS_FRONTEND_ACL_ONLY_WITH_PATH: ACL_HTTPS },
      ),
    ]) {
      assert.deepEqual(problems, []);
      assert.equal(blocks.length, 2);
      assert.deepEqual(
        texts.filter((line) => line.includes('path_reg')).map((line) => line.trim()),
        ['acl p_shop_10000 path_reg -i ^/v[0-9]+/ /x', 'acl path_shop_10000 path_reg -i ^/v[0-9]+/ /x'],
      );
    }
  });

  it('takes the port out where anything else would read it as prefixes', () => {
    for (const labels of [{}, { HTTP_FRONTEND_ACL_WITH_PATH: ACL_HTTP }, { VHOST: '', HTTPS_FRONTEND_ACL_ONLY_WITH_PATH: ACL_HTTPS }]) {
      const { desired, problems } = ofShop({ PATH: '^/v[0-9]+/', ...labels });
      assert.equal(desired.backends.size, 0);
      assert.deepEqual(
        problems.map(({ label }) => label),
        ['HAPROXY_0_PATH'],
      );
      assert.match(problems[0]?.message ?? '', /"\^\/v\[0-9\]\+\/" is not a path prefix/);
    }
  });
});

describe('rules that labels make', () => {
  it("are a port's own where maps cannot tell its paths", () => {
    const rules = [{ PATH: '-i /a' }, { PATH_REGEX: '^/a' }, { PATH: '/a', PATH_REGEX: '^/b' }].map((labels) => ofShop(labels));
    for (const { blocks, desired, problems } of rules) {
      assert.deepEqual(problems, []);
      assert.deepEqual(
        blocks.map(({ name, weight }) => [name, weight]),
        [
          ['http/shop_10000', 1],
          ['https/shop_10000', 1],
        ],
      );
      assert.equal(desired.maps.get('routes')?.size, 0);
    }
  });

  it('are not where they can', () => {
    for (const labels of [{ PATH: '/a' }, { PATH: '-i' }, { PATH: '-n -m beg -- /a' }] as const)
      assert.deepEqual(ofShop(labels).blocks, []);
  });

  it('are for 100 hosts at most', () => {
    const hosts = (count: number) => Array.from({ length: count }, (_, at) => `${at}.example`).join(',');
    assert.equal(ofShop({ PATH_REGEX: '^/a', VHOST: hosts(100) }).blocks.length, 2);
    const { blocks, problems } = ofShop({ PATH_REGEX: '^/a', VHOST: hosts(101) });
    assert.deepEqual([blocks.length, problems.map(({ label }) => label)], [0, ['HAPROXY_0_VHOST']]);
  });
});

describe('two apps that want one host, one of them by rules of its own', () => {
  const told = (labels: Readonly<Record<string, string>>, others: Readonly<Record<string, string>>): readonly string[] => {
    const named = (own: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(own).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
    const entries = [
      anEntry(
        { id: '/rules', labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'a.example', HAPROXY_0_PORT: '10001', ...named(labels) } },
        [aTask()],
      ),
      anEntry({ id: '/shop', labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'a.example', ...named(others) } }, [aTask()]),
    ];
    return build(entries).problems.map(({ appId, label, message }) => `${appId} ${label ?? ''} ${message}`);
  };
  const HOST_ONLY = { HTTP_FRONTEND_ACL: '  use_backend {backend} if {{ hdr(host) -i {hostname} }}' };
  const LATER =
    '/rules HAPROXY_0_VHOST the rules of this port for a.example are not asked: a.example/ of /shop (port index 0, weight 2) takes it';

  it('it is told where all of the host goes to the other before', () => {
    for (const labels of [{ PATH_REGEX: '^/a' }, HOST_ONLY]) assert.deepEqual(told(labels, { BACKEND_WEIGHT: '2' }), [LATER]);
    assert.deepEqual(told({ PATH_REGEX: '^/a' }, { BACKEND_WEIGHT: '2', PATH: '/x' }), []);
  });

  it('the other is told where rules that look at no path are asked before', () => {
    const because = 'the rules of /rules (port index 0, weight 0), in words of its own, are asked first and may take it';
    assert.deepEqual(told(HOST_ONLY, {}), [`/shop HAPROXY_0_VHOST a.example/ may not be routed here: ${because}`]);
    assert.deepEqual(told(HOST_ONLY, { BACKEND_WEIGHT: '-1', PATH_REGEX: '^/a' }), [
      `/shop HAPROXY_0_VHOST a.example may not be routed here: ${because}`,
    ]);
  });

  it('nobody is told of rules for some paths', () => {
    assert.deepEqual(told({ PATH_REGEX: '^/a' }, {}), []);
    assert.deepEqual(told({ HTTP_FRONTEND_ACL: '  use_backend {backend} if {{ hdr(host) -i {hostname} }} {{ path_beg /a }}' }, {}), []);
  });
});

describe('a port without servers', () => {
  const of = (labels: Readonly<Record<string, string>>) => {
    const { desired, blocks } = ofShop({ MODE: 'http', ...labels }, {}, []);
    return { routes: desired.maps.get('routes')?.size, byId: desired.maps.get('apps')?.get('/shop'), rules: blocks.length };
  };

  it('has no routes', () => {
    assert.deepEqual(of({}), { routes: 0, byId: undefined, rules: 0 });
    assert.deepEqual(of({ PATH_REGEX: '^/a', KEEP_ROUTE: 'no' }), { routes: 0, byId: undefined, rules: 0 });
  });

  it('keeps them where a label says so', () => {
    assert.deepEqual(of({ KEEP_ROUTE: 'true' }), { routes: 1, byId: 'shop_10000', rules: 0 });
    assert.deepEqual(of({ SORRY_PAGE: 'soon' }), { routes: 1, byId: 'shop_10000', rules: 0 });
    assert.deepEqual(of({ KEEP_ROUTE: 'true', PATH_REGEX: '^/a' }), { routes: 0, byId: 'shop_10000', rules: 2 });
  });

  it('is as it is with servers: what comes and goes with them is no reload', () => {
    const labels = { SORRY_PAGE: 'soon', PATH_REGEX: '^/a' };
    const [with_, without] = [ofShop(labels).desired, ofShop(labels, {}, []).desired];
    assert.deepEqual(without.frontends, with_.frontends);
    assert.deepEqual(without.profiles, with_.profiles);
    assert.deepEqual(without.maps, with_.maps);
  });
});
