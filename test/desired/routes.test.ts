import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AppEntry } from '../../src/model/model.ts';
import { Prefixes } from '../../src/desired/tables/prefixes.ts';
import { buildApp } from '../../src/desired/build-app.ts';
import { anEntry, aPort, assemblyOf, aTask, build, labels, someOptions } from '../kit/builders.ts';
import { noChange } from '../../src/desired/change.ts';

interface Wants {
  readonly vhost?: string;
  readonly path?: string;
  readonly weight?: string;
  readonly redirect?: string;
  readonly mode?: string;
  readonly instances?: number;
  readonly servicePort?: number;
}

const LABEL: Readonly<Record<string, string>> = {
  vhost: 'HAPROXY_0_VHOST',
  path: 'HAPROXY_0_PATH',
  weight: 'HAPROXY_0_BACKEND_WEIGHT',
  redirect: 'HAPROXY_0_REDIRECT_TO_HTTPS',
  mode: 'HAPROXY_0_MODE',
};

const app = (id: string, wants: Wants = {}): AppEntry => {
  const { instances = 1, servicePort = 10000, ...rest } = wants;
  const named = Object.entries(rest).map(([key, value]): [string, string] => [LABEL[key] ?? key, value]);
  return anEntry({ id, instances, ports: [aPort({ servicePort })], ...labels(Object.fromEntries(named)) }, [aTask()]);
};

const partOf = (entry: AppEntry) => buildApp(entry, new Map(), someOptions());

const routesOf = (...apps: readonly AppEntry[]): Readonly<Record<string, string>> =>
  Object.fromEntries([...(build(apps).desired.maps.get('routes') ?? [])].sort());

const messagesOf = (...apps: readonly AppEntry[]): readonly string[] =>
  build(apps, { bindServicePorts: false }).problems.map(({ appId, message }) => `${appId}: ${message}`);

describe('routes', () => {
  const rows: readonly (readonly [sentence: string, apps: readonly AppEntry[], expected: Readonly<Record<string, string>>])[] = [
    ['a host', [app('/a', { vhost: 'shop.example' })], { 'shop.example/': 'a_10000' }],
    ['several hosts', [app('/a', { vhost: 'x.example,y.example' })], { 'x.example/': 'a_10000', 'y.example/': 'a_10000' }],
    [
      'hosts times paths',
      [app('/a', { vhost: 'x.example,y.example', path: '/1 /2' })],
      { 'x.example/1': 'a_10000', 'x.example/2': 'a_10000', 'y.example/1': 'a_10000', 'y.example/2': 'a_10000' },
    ],
    ['an empty path is every path', [app('/a', { vhost: 'x.example', path: '' })], { 'x.example/': 'a_10000' }],
    ['a path without a host is no route', [app('/a', { path: '/1' })], {}],
    ['a host in mode tcp is no route', [app('/a', { vhost: 'x.example', mode: 'tcp' })], {}],
    [
      'longer and shorter prefixes live side by side',
      [
        app('/a', { vhost: 'x.example' }),
        app('/b', { vhost: 'x.example', path: '/cart' }),
        app('/c', { vhost: 'x.example', path: '/cart/new' }),
      ],
      { 'x.example/': 'a_10000', 'x.example/cart': 'b_10000', 'x.example/cart/new': 'c_10000' },
    ],
    [
      'the first app by id gets what two want',
      [app('/b', { vhost: 'x.example' }), app('/a', { vhost: 'x.example' })],
      { 'x.example/': 'a_10000' },
    ],
    [
      'weight decides before the id',
      [app('/a', { vhost: 'x.example' }), app('/b', { vhost: 'x.example', weight: '1' })],
      { 'x.example/': 'b_10000' },
    ],
    [
      'a negative weight comes last',
      [app('/a', { vhost: 'x.example', weight: '-1' }), app('/b', { vhost: 'x.example' })],
      { 'x.example/': 'b_10000' },
    ],
    [
      'a path weighs 1, also where the label says 0 or the path is empty',
      [app('/a', { vhost: 'x.example' }), app('/b', { vhost: 'x.example', path: '', weight: '0' })],
      { 'x.example/': 'b_10000' },
    ],
    [
      'a shorter prefix that is heavier takes the longer ones',
      [
        app('/a', { vhost: 'x.example', weight: '5' }),
        app('/b', { vhost: 'x.example', path: '/cart' }),
        app('/c', { vhost: 'y.example', path: '/cart' }),
      ],
      { 'x.example/': 'a_10000', 'y.example/cart': 'c_10000' },
    ],
    [
      'and a longer one that is heavier still keeps its own',
      [
        app('/a', { vhost: 'x.example', weight: '5' }),
        app('/b', { vhost: 'x.example', path: '/cart' }),
        app('/c', { vhost: 'x.example', path: '/cart/new', weight: '5' }),
      ],
      { 'x.example/': 'a_10000', 'x.example/cart/new': 'c_10000' },
    ],
    [
      'what is shadowed shadows nothing: the heaviest decides',
      [
        app('/a', { vhost: 'x.example', weight: '9' }),
        app('/b', { vhost: 'x.example', path: '/c', weight: '7' }),
        app('/c', { vhost: 'x.example', path: '/cart', weight: '8' }),
      ],
      { 'x.example/': 'a_10000' },
    ],
    [
      'a prefix is one of characters, as path_beg was',
      [app('/a', { vhost: 'x.example', path: '/ca', weight: '5' }), app('/b', { vhost: 'x.example', path: '/cart' })],
      { 'x.example/ca': 'a_10000' },
    ],
    [
      'an app scaled to nothing gives way',
      [app('/a', { vhost: 'x.example', instances: 0 }), app('/b', { vhost: 'x.example' })],
      { 'x.example/': 'b_10000' },
    ],
    [
      '/a/b and /a_b on one port are one name: the first has it',
      [app('/a_b', { vhost: 'y.example' }), app('/a/b', { vhost: 'x.example' })],
      { 'x.example/': 'a_b_10000' },
    ],
    [
      'but one that is scaled to nothing gives way there too',
      [app('/a_b', { vhost: 'y.example' }), app('/a/b', { vhost: 'x.example', instances: 0 })],
      { 'y.example/': 'a_b_10000' },
    ],
    [
      '/a/b and /a_b on two ports are two names',
      [app('/a_b', { vhost: 'y.example' }), app('/a/b', { vhost: 'x.example', servicePort: 10001 })],
      { 'x.example/': 'a_b_10001', 'y.example/': 'a_b_10000' },
    ],
  ];
  for (const [sentence, apps, expected] of rows)
    it(sentence, () => {
      assert.deepEqual(routesOf(...apps), expected);
      assert.deepEqual(routesOf(...apps.toReversed()), expected, 'in the other order');
    });

  it('without a server there is none, so that a request falls to the next', () => {
    const empty = anEntry({ id: '/a', ...labels({ HAPROXY_0_VHOST: 'x.example' }) }, []);
    assert.deepEqual(routesOf(empty, app('/b', { vhost: 'x.example' })), { 'x.example/': 'b_10000' });
  });

  it('two ports of one app may share a host', () => {
    const two = { HAPROXY_0_VHOST: 'x.example', HAPROXY_1_VHOST: 'x.example', HAPROXY_1_PATH: '/admin' };
    const ports = [aPort(), aPort({ servicePort: 10001, hostPortIndex: 1 })];
    assert.deepEqual(routesOf(anEntry({ ports, ...labels(two) }, [aTask({ ports: [1, 2] })])), {
      'x.example/': 'shop_10000',
      'x.example/admin': 'shop_10001',
    });
  });

  const numbered = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n));
  const hosts = (count: number) => numbered(count, (n) => `h${n}.example`).join(',');
  const paths = (count: number) => numbered(count, (n) => `/p${n}`).join(' ');
  const message = (wants: Wants) => build([app('/a', wants)], { bindServicePorts: false }).problems;

  it('a port has up to 1,000 routes', () => {
    assert.equal(Object.keys(routesOf(app('/a', { vhost: hosts(10), path: paths(100) }))).length, 1000);
    assert.deepEqual(routesOf(app('/a', { vhost: hosts(11), path: paths(100) })), {});
    assert.deepEqual(message({ vhost: hosts(11), path: paths(100) }), [
      {
        appId: '/a',
        portIndex: 0,
        label: 'HAPROXY_0_VHOST',
        message: '11 hosts with 100 path prefixes each are more than 1000 routes: none is made',
      },
    ]);
  });

  it('a port has up to 100 path prefixes', () => {
    assert.deepEqual(routesOf(app('/a', { vhost: 'x.example', path: paths(101) })), {});
    assert.deepEqual(message({ vhost: 'x.example', path: paths(101) }), [
      { appId: '/a', portIndex: 0, label: 'HAPROXY_0_PATH', message: '101 path prefixes are more than 100: no route is made' },
    ]);
  });

  it('an app has up to 5,000 routes: ports in their order, whether they have servers or not', () => {
    const vhosts = Object.fromEntries(
      numbered(6, (n) => `HAPROXY_${n}_VHOST`).map((label, n) => [label, n === 5 ? 'last.example' : hosts(10)]),
    );
    const prefixes = Object.fromEntries(
      numbered(5, (n) => `HAPROXY_${n}_PATH`).map((label, n) => [label, numbered(100, (k) => `/${n}/${k}`).join(' ')]),
    );
    const ports = numbered(6, String).map((_, n) => aPort({ servicePort: 10000 + n, hostPortIndex: n }));
    const many = (hostPorts: readonly number[]) =>
      build([anEntry({ id: '/a', ports, ...labels({ ...vhosts, ...prefixes }) }, [aTask({ ports: hostPorts })])]);
    for (const hostPorts of [
      [1, 2, 3, 4, 5, 6],
      [0, 2, 3, 4, 5, 6],
    ]) {
      const { desired, problems } = many(hostPorts);
      assert.equal(desired.maps.get('routes')?.size, hostPorts[0] === 0 ? 4000 : 5000);
      assert.deepEqual(problems, [
        {
          appId: '/a',
          portIndex: 5,
          label: 'HAPROXY_5_VHOST',
          message: 'the ports of this app have more than 5000 routes together: the 1 of this one are not made',
        },
      ]);
    }
  });
});

describe('what does not get its route is told', () => {
  it('the same place', () =>
    assert.deepEqual(messagesOf(app('/a', { vhost: 'x.example' }), app('/b', { vhost: 'x.example' })), [
      '/b: x.example/ is not routed here: x.example/ of /a (port index 0, weight 0) takes it',
    ]));
  it('a heavier prefix that is shorter', () =>
    assert.deepEqual(messagesOf(app('/a', { vhost: 'x.example', weight: '5' }), app('/b', { vhost: 'x.example', path: '/cart' })), [
      '/b: x.example/cart is not routed here: x.example/ of /a (port index 0, weight 5) takes it',
    ]));
  it('a port that loses to itself loses nothing', () =>
    assert.deepEqual(messagesOf(app('/a', { vhost: 'x.example', path: '/cart /cart/new' })), []));
  it('mode tcp', () =>
    assert.deepEqual(messagesOf(app('/a', { vhost: 'x.example', mode: 'tcp' })), [
      '/a: a virtual host needs mode http, and this port is in mode tcp: it is reached by its service port only',
    ]));
  it('a name that is taken', () =>
    assert.deepEqual(messagesOf(app('/a_b'), app('/a/b')), [
      '/a_b: backend a_b_10000 is taken by /a/b (port index 0): change the service port or HAPROXY_0_PORT',
    ]));
  it('a service port that is twice in one app', () => {
    const twice = anEntry({ ports: [aPort(), aPort({ hostPortIndex: 1 })] });
    assert.deepEqual(messagesOf(twice), [
      '/shop: backend shop_10000 is taken by port index 0 of the same app: give each its own service port',
    ]);
  });

  it('and is told no more when it gets it', () => {
    const [a, b] = [app('/a', { vhost: 'x.example', weight: '5' }), app('/b', { vhost: 'x.example', path: '/cart' })];
    const assembly = assemblyOf([a, b]);
    assembly.put('/a', undefined, noChange());
    assert.deepEqual(assembly.problems(), []);
    assert.deepEqual([...(assembly.desired.maps.get('routes') ?? [])], [['x.example/cart', 'b_10000']]);
  });
});

describe('a change that is not about routes', () => {
  it('leaves them as they are, and they go with their app', () => {
    const wants = { vhost: 'x.example', path: '/a /a/b' };
    const entries = [1, 2, 3].map((n) => ({
      ...app('/b', wants),
      tasks: new Map([[`t${n}`, aTask({ id: `t${n}`, ports: [31000 + n] })]]),
    }));
    const assembly = assemblyOf([app('/a', { vhost: 'x.example', path: '/a', weight: '9' })]);
    const routes = () => Object.fromEntries(assembly.desired.maps.get('routes') ?? []);
    for (const entry of entries) {
      const change = noChange();
      assembly.put('/b', partOf(entry), change);
      assert.deepEqual(routes(), { 'x.example/a': 'a_10000' });
      assert.equal(change.mapKeys.has('routes'), false);
    }
    assembly.put('/a', undefined, noChange());
    assert.deepEqual(routes(), { 'x.example/a': 'b_10000', 'x.example/a/b': 'b_10000' });
    assembly.put('/b', undefined, noChange());
    assert.deepEqual([routes(), assembly.problems()], [{}, []]);
  });
});

describe('prefixes of a host', () => {
  it('that one begins with are found, the longest first, among all the others', () => {
    const words = fc.array(fc.constantFrom('/', 'a', 'b'), { maxLength: 6 }).map((letters) => `/${letters.join('')}`);
    fc.assert(
      fc.property(fc.uniqueArray(words, { maxLength: 30 }), words, (all, prefix) => {
        const prefixes = new Prefixes();
        for (const one of all) prefixes.add('x.example', one);
        const expected = all.filter((one) => one !== prefix && prefix.startsWith(one)).sort((a, b) => b.length - a.length);
        assert.deepEqual(prefixes.shorter('x.example', prefix), expected);
      }),
    );
  });
});

describe('wildcards', () => {
  const levels = (...hosts: readonly string[]) => {
    const { frontends } = build(hosts.map((vhost, at) => app(`/a${at}`, { vhost }))).desired;
    return ['marathon_http_in', 'marathon_https_in'].map((name) => {
      const route = frontends.get(name)?.routes[0];
      return route?.kind === 'host-and-path' ? route.wildcardLevels : undefined;
    });
  };
  it('the frontends look up the levels in use, most labels first', () => {
    assert.deepEqual(levels(), [[], []]);
    assert.deepEqual(levels('*', '*.example', '*.shop.example', '*.cafe.example'), [
      [2, 1, 0],
      [2, 1, 0],
    ]);
  });
  it('and no others, once they are gone', () => {
    const assembly = assemblyOf([app('/a', { vhost: '*.shop.example', path: '/1 /2' }), app('/b', { vhost: '*.cafe.example' })]);
    const change = noChange();
    assembly.put('/a', undefined, change);
    assert.equal(change.structure, true);
    const frontend = () => assembly.desired.frontends.get('marathon_http_in')?.routes[0];
    assert.deepEqual(frontend(), { kind: 'host-and-path', wildcardLevels: [2], redirect: { httpsPort: 443 } });
    assembly.put('/b', undefined, noChange());
    assert.deepEqual(frontend(), { kind: 'host-and-path', wildcardLevels: [], redirect: { httpsPort: 443 } });
  });
});

describe('redirects to https', () => {
  const redirectsOf = (...apps: readonly AppEntry[]) => Object.fromEntries(build(apps).desired.maps.get('redirects') ?? []);
  it('are of backends with a route', () => {
    assert.deepEqual(redirectsOf(app('/a', { vhost: 'x.example', redirect: 'true' }), app('/b', { redirect: 'true' })), { a_10000: '301' });
  });
  it('go with the last route', () => {
    const assembly = assemblyOf([app('/b', { vhost: 'x.example,y.example', redirect: 'true' })]);
    const redirects = () => [...(assembly.desired.maps.get('redirects')?.keys() ?? [])];
    assembly.put('/a1', partOf(app('/a1', { vhost: 'x.example' })), noChange());
    assert.deepEqual(redirects(), ['b_10000']);
    assembly.put('/a2', partOf(app('/a2', { vhost: 'y.example' })), noChange());
    assert.deepEqual(redirects(), []);
    assembly.put('/a2', undefined, noChange());
    assert.deepEqual(redirects(), ['b_10000']);
  });
});

describe('the app-id frontend leads to', () => {
  const appsOf = (...apps: readonly AppEntry[]) => Object.fromEntries(build(apps).desired.maps.get('apps') ?? []);
  const ports = [aPort({ servicePort: 10002 }), aPort({ servicePort: 10001, hostPortIndex: 1 })];
  it('the first http port in order of service ports', () =>
    assert.deepEqual(
      appsOf(anEntry({ ports, ...labels({ HAPROXY_0_MODE: 'http', HAPROXY_1_MODE: 'http' }) }, [aTask({ ports: [1, 2] })])),
      {
        '/shop': 'shop_10001',
      },
    ));
  it('that has servers', () =>
    assert.deepEqual(appsOf(anEntry({ ports, ...labels({ HAPROXY_0_MODE: 'http', HAPROXY_1_MODE: 'http' }) }, [aTask({ ports: [1] })])), {
      '/shop': 'shop_10002',
    }));
  it('nothing in mode tcp', () => assert.deepEqual(appsOf(anEntry()), {}));
  it('nothing of an app whose name is taken', () =>
    assert.deepEqual(appsOf(app('/a/b', { mode: 'http' }), app('/a_b', { mode: 'http' })), { '/a/b': 'a_b_10000' }));
});
