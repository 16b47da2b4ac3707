import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildApp } from '../../src/desired/build-app.ts';
import { noChange } from '../../src/desired/change.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { anEntry, aPort, assemblyOf, build, labels, someOptions } from '../kit/builders.ts';

const app = (id: string, servicePort: number, address?: string, instances = 1): AppEntry =>
  anEntry({ id, instances, ports: [aPort({ servicePort })], ...labels(address === undefined ? {} : { HAPROXY_0_BIND_ADDR: address }) });

/** 'name on address:port' of the listeners on service ports. */
const listenersOf = (apps: readonly AppEntry[], options: Partial<BuildOptions> = {}): readonly string[] =>
  [...build(apps, options).desired.frontends.values()]
    .filter(({ kind }) => kind === 'service')
    .map(({ name, binds }) => `${name} on ${binds.map(({ address, port }) => `${address}:${port}`).join(',')}`)
    .sort();

const messagesOf = (apps: readonly AppEntry[], options: Partial<BuildOptions> = {}): readonly string[] =>
  build(apps, options).problems.map(({ appId, message }) => `${appId}: ${message}`);

describe('one service port, one app', () => {
  const rows: readonly (readonly [
    sentence: string,
    apps: readonly AppEntry[],
    expected: readonly string[],
    problems: readonly string[],
  ])[] = [
    ['alone', [app('/a', 10000)], ['a_10000 on *:10000'], []],
    [
      'the first by id has it, the other keeps its backend',
      [app('/b', 10000), app('/a', 10000)],
      ['a_10000 on *:10000'],
      ['/b: service port 10000 is not opened: /a (port index 0) has it'],
    ],
    [
      'one that is scaled to nothing gives way',
      [app('/a', 10000, undefined, 0), app('/b', 10000)],
      ['b_10000 on *:10000'],
      ['/a: service port 10000 is not opened: /b (port index 0) has it'],
    ],
    [
      'addresses that differ do not meet',
      [app('/a', 10000, '10.0.0.1'), app('/b', 10000, '10.0.0.2'), app('/c', 10000, '::1')],
      ['a_10000 on 10.0.0.1:10000', 'b_10000 on 10.0.0.2:10000', 'c_10000 on ::1:10000'],
      [],
    ],
    [
      'the same address, written otherwise, does',
      [app('/a', 10000, '::1'), app('/b', 10000, '[0:0::1]')],
      ['a_10000 on ::1:10000'],
      ['/b: service port 10000 is not opened: /a (port index 0) has it'],
    ],
    [
      'all addresses meet any',
      [app('/a', 10000, '10.0.0.1'), app('/b', 10000)],
      ['a_10000 on 10.0.0.1:10000'],
      ['/b: service port 10000 is not opened: /a (port index 0) has it'],
    ],
    [
      'so do all IPv6 addresses',
      [app('/a', 10000, '::'), app('/b', 10000, '10.0.0.1')],
      ['a_10000 on :::10000'],
      ['/b: service port 10000 is not opened: /a (port index 0) has it'],
    ],
    [
      '0.0.0.0 is every address',
      [app('/a', 10000, '0.0.0.0'), app('/b', 10000, '10.0.0.1')],
      ['a_10000 on *:10000'],
      ['/b: service port 10000 is not opened: /a (port index 0) has it'],
    ],
    ['other ports are others', [app('/a', 10000), app('/b', 10001)], ['a_10000 on *:10000', 'b_10001 on *:10001'], []],
  ];
  for (const [sentence, apps, expected, problems] of rows)
    it(sentence, () => {
      assert.deepEqual(listenersOf(apps), expected);
      assert.deepEqual(listenersOf(apps.toReversed()), expected, 'in the other order');
      assert.deepEqual(messagesOf(apps), problems);
      assert.equal(build(apps).desired.backends.size, apps.length, 'every app keeps its backend');
    });
});

describe('ports that Sluice needs itself', () => {
  const rows: readonly (readonly [port: number, holder: string])[] = [
    [80, 'the http frontend'],
    [443, 'the https frontend'],
    [9090, 'the statistics page'],
    [9091, 'the app-id frontend'],
    [9092, 'the control API'],
  ];
  for (const [port, holder] of rows)
    it(`${port} belongs to ${holder}`, () => {
      assert.deepEqual(listenersOf([app('/a', port)]), []);
      assert.deepEqual(messagesOf([app('/a', port)]), [`/a: service port ${port} is not opened: it belongs to ${holder}`]);
    });
  it('80 and 443 are free where they are not bound', () =>
    assert.deepEqual(listenersOf([app('/a', 80), app('/b', 443)], { bindHttpHttps: false }), ['a_80 on *:80', 'b_443 on *:443']));
  it('that of the control API is free where it has none', () =>
    assert.deepEqual(listenersOf([app('/a', 9092)], { apiPort: undefined }), ['a_9092 on *:9092']));
  it('with --dont-bind-service-ports there is nothing to clash', () => {
    assert.deepEqual(listenersOf([app('/a', 80), app('/b', 10000)], { bindServicePorts: false }), []);
    assert.deepEqual(messagesOf([app('/a', 80)], { bindServicePorts: false }), []);
  });
});

describe('listeners', () => {
  it('listen where --bind-address says, unless the label says otherwise', () =>
    assert.deepEqual(listenersOf([app('/a', 10000), app('/b', 10000, '10.0.0.2')], { bindAddress: '10.0.0.1' }), [
      'a_10000 on 10.0.0.1:10000',
      'b_10000 on 10.0.0.2:10000',
    ]));
  it('have the name of their backend and a suffix where HAProxy wants one', () =>
    assert.deepEqual(listenersOf([app('/a', 10000)], { listenerSuffix: '_in' }), ['a_10000_in on *:10000']));
});

describe('a port that this host does not open', () => {
  const [a, b] = [app('/a', 10000, '10.0.0.1'), app('/b', 10000)];

  it('goes without, is told, and comes back', () => {
    const assembly = assemblyOf([a]);
    const change = noChange();
    assembly.setUnbindable(new Map([['10.0.0.1:10000', 'cannot assign requested address']]), change);
    assert.ok(change.structure && !assembly.desired.frontends.has('a_10000') && assembly.desired.backends.has('a_10000'));
    assert.deepEqual(
      assembly.problems().map(({ message }) => message),
      ['service port 10000 is not opened: cannot assign requested address'],
    );
    assembly.setUnbindable(new Map(), noChange());
    assert.ok(assembly.desired.frontends.has('a_10000'));
    assert.deepEqual(assembly.problems(), []);
  });

  it('is free for the next who wants it otherwise', () => {
    const assembly = assemblyOf([a, b]);
    assembly.setUnbindable(new Map([['10.0.0.1:10000', 'cannot assign requested address']]), noChange());
    assert.deepEqual(
      [...assembly.desired.frontends.keys()].filter((name) => name.endsWith('_10000')),
      ['b_10000'],
    );
  });

  it('stays so for apps that come later', () => {
    const assembly = assemblyOf([]);
    assembly.setUnbindable(new Map([['*:10000', 'address already in use']]), noChange());
    assembly.put('/b', buildApp(b, new Map(), someOptions()), noChange());
    assert.ok(!assembly.desired.frontends.has('b_10000'));
  });
});

describe('what became of a port', () => {
  const ports = [aPort(), aPort({ servicePort: 10001 }), aPort({ servicePort: 10002, protocol: 'udp' }), aPort({ servicePort: 10003 })];
  const more = { HAPROXY_1_GROUP: 'internal', HAPROXY_3_ENABLED: 'false' };
  const assembly = assemblyOf([anEntry({ id: '/a/b', ports, ...labels(more) }), anEntry({ id: '/a_b' })]);

  it('is told port by port', () =>
    assert.deepEqual(assembly.fates('/a/b'), [
      { kind: 'taken', index: 0, backend: 'a_b_10000', servicePort: 10000 },
      { kind: 'left', index: 1, because: "its groups are 'internal' and those taken here 'external'" },
      { kind: 'left', index: 2, because: 'its protocol is udp: HAProxy carries TCP' },
      { kind: 'left', index: 3, because: 'HAPROXY_3_ENABLED is not true' },
    ]));
  it('also where another app has the name', () =>
    assert.deepEqual(assembly.fates('/a_b'), [
      { kind: 'left', index: 0, because: 'backend a_b_10000 is taken by another port: see the problems' },
    ]));
  it('and of an app that is not known, nothing', () => assert.deepEqual(assembly.fates('/nosuch'), []));
});

describe('an app with very many service ports', () => {
  const ports = Array.from({ length: 102 }, (_, n) => aPort({ servicePort: 10000 + n }));
  // One that is not for this balancer is not counted.
  const entry = anEntry({ ports, ...labels({ HAPROXY_0_GROUP: 'internal' }) });

  it('has the first 100, and is told', () => {
    assert.equal(listenersOf([entry]).length, 100);
    const assembly = assemblyOf([entry]);
    assert.deepEqual(assembly.problems(), [
      {
        appId: '/shop',
        label: 'HAPROXY_GROUP',
        message: '101 service ports are for this load balancer, and an app has 100 at most: those after them are left out',
      },
    ]);
    const left = assembly.fates('/shop').flatMap((fate) => (fate.kind === 'left' ? [[fate.index, fate.because]] : []));
    assert.deepEqual(left[1], [101, 'an app has 100 service ports at most']);
    assert.equal(left.length, 2);
  });
});
