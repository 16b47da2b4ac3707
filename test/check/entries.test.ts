import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { definitionsIn } from '../../src/check/definitions.ts';
import { entriesOf } from '../../src/check/entries.ts';
import { buildApp } from '../../src/desired/build-app.ts';
import { someOptions } from '../kit/builders.ts';

const NOW = '2026-05-01T00:00:00.000Z';

const read = (json: unknown, reserved: readonly number[] = []): ReturnType<typeof entriesOf> =>
  entriesOf(definitionsIn(json), reserved, NOW);

/** Service ports of the only app. */
const portsOf = (app: object, reserved: readonly number[] = []): readonly number[] =>
  (read({ id: '/a', ...app }, reserved).entries[0]?.app.ports ?? []).map(({ servicePort }) => servicePort);

const BRIDGE = { networks: [{ mode: 'container/bridge' }] };

const ROWS: readonly (readonly [what: string, app: object, ports: readonly number[]])[] = [
  ['nothing about ports', {}, [10000]],
  ['ports that are 0', { portDefinitions: [{ port: 0 }, { port: 0 }] }, [10000, 10001]],
  ['ports with some left out', { portDefinitions: [{ port: 8000 }, {}, { port: 10000 }] }, [8000, 10001, 10000]],
  ['no ports on purpose', { portDefinitions: [] }, []],
  ['the older form', { ports: [0, 9000] }, [10000, 9000]],
  [
    'mappings without service ports',
    { ...BRIDGE, container: { portMappings: [{ containerPort: 80 }, { containerPort: 81 }] } },
    [10000, 10001],
  ],
  [
    'mappings with some',
    {
      ...BRIDGE,
      container: {
        portMappings: [
          { containerPort: 80, servicePort: 0 },
          { containerPort: 81, servicePort: 10000 },
        ],
      },
    },
    [10001, 10000],
  ],
  ['a bridge and no mapping', { ...BRIDGE, container: { docker: {} } }, [10000]],
  ['no mappings on purpose', { ...BRIDGE, container: { portMappings: [] } }, []],
  [
    'mappings of Marathon 1.4',
    { container: { docker: { network: 'BRIDGE', portMappings: [{ containerPort: 80, servicePort: 0 }] } } },
    [10000],
  ],
  ['an address per task of Marathon 1.4', { ipAddress: { discovery: { ports: [{ number: 80 }] } } }, []],
  ['a container network', { networks: [{ name: 'dcos' }], container: { portMappings: [{ containerPort: 80 }] } }, [10000]],
];

describe('definitions as apps', () => {
  for (const [what, app, ports] of ROWS)
    it(`gives service ports to one with ${what}`, () => {
      assert.deepEqual(portsOf(app), ports);
      assert.deepEqual(read({ id: '/a', ...app }).problems, []);
    });

  it('gives no port that another app or label asks for, or that is reserved', () => {
    const apps = [{ id: '/a' }, { id: '/b', ports: [10002] }, { id: '/c', labels: { HAPROXY_0_PORT: '10001' } }, { id: '/d' }];
    const { entries } = read(apps, [10000]);
    const ports = entries.map(({ app }) => app.ports.map(({ servicePort }) => servicePort));
    assert.deepEqual(ports, [[10003], [10002], [10004], [10005]]);
  });

  it('leaves an app that comes from Marathon as it is', () => {
    const mapped = { ...BRIDGE, version: '2020-01-01T00:00:00.000Z', container: { portMappings: [{ containerPort: 80 }] } };
    assert.deepEqual(portsOf(mapped), []);
    const { entries } = read({ id: '/a', ...mapped, portDefinitions: [{ port: 7 }] });
    assert.equal(entries[0]?.app.lastConfigChangeAt, '2020-01-01T00:00:00.000Z');
  });

  it('takes what is not deployed yet for younger than all that is', () => {
    assert.equal(read({ id: '/a' }).entries[0]?.app.lastConfigChangeAt, NOW);
  });

  const NETWORKS: readonly (readonly [what: string, app: object])[] = [
    ['on its host', {}],
    ['behind a bridge', { ...BRIDGE, container: { docker: {}, portMappings: [{ containerPort: 80 }] } }],
    [
      'with an address of its own',
      { networks: [{ name: 'dcos', mode: 'container' }], container: { portMappings: [{ containerPort: 80 }] } },
    ],
    [
      'with health checks, though none has run',
      { healthChecks: [{ protocol: 'HTTP', path: '/' }], tasks: [{ id: 'x', state: 'TASK_STAGING' }] },
    ],
  ];
  for (const [what, app] of NETWORKS)
    it(`lets an app ${what} want its routes, as if a task of it ran`, () => {
      const labels = { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'a.example' };
      const [entry] = read({ id: '/a', labels, ...app }).entries;
      assert.ok(entry !== undefined);
      const part = buildApp(entry, new Map(), someOptions({ healthCheck: true }));
      assert.deepEqual(
        part.routes.map(({ value }) => value.host),
        ['a.example'],
      );
    });

  it('lets an app that is scaled to nothing want no routes', () => {
    const [entry] = read({ id: '/a', instances: 0, labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'a.example' } }).entries;
    assert.equal(entry?.tasks.size, 0);
  });

  const WRONG: readonly (readonly [what: string, app: unknown, appId: string, message: RegExp])[] = [
    [
      'a label that is a number',
      { id: '/a', labels: { HAPROXY_0_PORT: 9000 } },
      '/a',
      /no app definition: labels\.HAPROXY_0_PORT: .*number/,
    ],
    ['a port that is none', { id: '/a', portDefinitions: [{ port: 70000 }] }, '/a', /portDefinitions\.0\.port/],
    ['no id', { cmd: 'x' }, '', /no app definition: id/],
    ['no object', 7, '', /no app definition/],
  ];
  for (const [what, app, appId, message] of WRONG)
    it(`has a problem with ${what}`, () => {
      const { entries, problems } = read([app, { id: '/good' }]);
      assert.deepEqual(
        entries.map((entry) => entry.app.id),
        ['/good'],
      );
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.appId, appId);
      assert.match(problems[0].message, message);
    });

  it('warns of an app that is defined twice, and takes the last', () => {
    const { entries, warnings } = read([
      { id: '/a', ports: [1] },
      { id: '/a', ports: [2] },
    ]);
    assert.deepEqual(
      entries.map(({ app }) => app.ports[0]?.servicePort),
      [2],
    );
    assert.deepEqual(warnings, [{ appId: '/a', message: 'it is defined 2 times: the last definition is checked' }]);
  });
});
