import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BuildOptions } from '../../src/desired/options.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';
import { Picture } from '../../src/picture/picture.ts';
import { someGlobals, someOptions } from '../kit/builders.ts';

/** Section 5 of what is known of Marathon-LB, from Marathon's JSON to servers: fact by fact, with what --compat changes. */

type Json = Readonly<Record<string, unknown>>;
type Compat = BuildOptions['compat'];

const HOSTS = ['agent1', '10.0.0.1'] as const;

const aTask = (changes: Json = {}): Json => ({
  id: 'app.1',
  host: '10.0.0.1',
  ports: [31000, 31001],
  ipAddresses: [{ ipAddress: '9.0.0.1' }],
  state: 'TASK_RUNNING',
  ...changes,
});

const anApp = (changes: Json = {}): Json => ({
  id: '/app',
  labels: { HAPROXY_GROUP: 'external' },
  instances: 1,
  tasks: [aTask()],
  ...changes,
});

const served = (apps: readonly Json[], options: Partial<BuildOptions> = {}) => {
  const picture = new Picture(someOptions(options), someGlobals());
  const read = apps.map(toEntry);
  assert.deepEqual(
    read.flatMap(({ problems }) => problems),
    [],
  );
  picture.take({ kind: 'host-address', host: HOSTS[0], address: HOSTS[1] });
  picture.take({ kind: 'snapshot', entries: read.flatMap(({ value }) => value ?? []), keep: new Set() });
  const backends = [...picture.desired.backends.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    picture,
    servers: backends.map(({ name, servers }) => `${name}: ${servers.map(({ address, port }) => `${address}:${port}`).join(' ')}`),
  };
};

const NETWORK = {
  host: {},
  bridge: { networks: [{ mode: 'container/bridge' }] },
  container: { networks: [{ mode: 'container', name: 'dcos' }] },
} as const;

/** What is served of one app: the same in both modes, or as [fixed, strict]. */
type Row = readonly [
  fact: string,
  app: Json,
  servers: readonly string[] | { readonly fixed: readonly string[]; readonly strict: readonly string[] },
];

const check = (rows: readonly Row[]): void => {
  for (const [fact, app, expected] of rows)
    it(fact, () => {
      for (const compat of ['fixed', 'strict'] as readonly Compat[])
        assert.deepEqual(served([anApp(app)], { compat }).servers, 'fixed' in expected ? expected[compat] : expected, compat);
    });
};

const docker = (network: string | undefined, portMappings: readonly Json[]): Json => ({ container: { docker: { network, portMappings } } });
const mappings = (...portMappings: readonly Json[]): Json => ({ container: { portMappings } });
const ONE = { containerPort: 80, servicePort: 10000, hostPort: 0 };

describe('5.1 network mode: the last that says something', () => {
  check([
    ['none of them: host', { portDefinitions: [{ port: 10000 }] }, ['app_10000: 10.0.0.1:31000']],
    [
      'an ipAddress that holds something: container',
      { ipAddress: { discovery: { ports: [{ number: 80 }] } }, ports: [10000] },
      ['app_10000: 9.0.0.1:80'],
    ],
    ['an empty ipAddress: host', { ipAddress: {}, ports: [10000] }, ['app_10000: 10.0.0.1:31000']],
    ['docker network USER: container', docker('USER', [ONE]), ['app_10000: 9.0.0.1:80']],
    ['docker network BRIDGE: the agent', docker('BRIDGE', [ONE]), ['app_10000: 10.0.0.1:31000']],
    ['networks before docker', { ...docker('BRIDGE', [ONE]), ...NETWORK.container }, ['app_10000: 9.0.0.1:80']],
    ['a network without a mode: container', { ...mappings(ONE), networks: [{}] }, ['app_10000: 9.0.0.1:80']],
    [
      'two networks: the mode of the last',
      { ...mappings(ONE), networks: [{ mode: 'container/bridge' }, { mode: 'container' }] },
      ['app_10000: 9.0.0.1:80'],
    ],
    [
      'mappings under docker before those beside it',
      { ...NETWORK.bridge, container: { docker: { portMappings: [ONE] }, portMappings: [{ ...ONE, servicePort: 10009 }] } },
      ['app_10000: 10.0.0.1:31000'],
    ],
    [
      'those beside it where docker has none',
      { ...NETWORK.bridge, container: { docker: { portMappings: [] }, portMappings: [ONE] } },
      ['app_10000: 10.0.0.1:31000'],
    ],
  ]);
});

describe('5.2 service ports', () => {
  check([
    [
      'null among the mappings is left out, and the numbers of the others shift: in both modes, since labels are written for that',
      {
        ...NETWORK.bridge,
        ...mappings({ containerPort: 9000, hostPort: 0 }, ONE),
        labels: { HAPROXY_GROUP: 'external', HAPROXY_0_PORT: '12345' },
      },
      { fixed: ['app_12345: 10.0.0.1:31001'], strict: ['app_12345: 10.0.0.1:31000'] },
    ],
    [
      'no mapping with one: the port definitions',
      { ...NETWORK.bridge, ...mappings({ containerPort: 1, hostPort: 0 }), portDefinitions: [{ port: 10001 }] },
      ['app_10001: 10.0.0.1:31000'],
    ],
    ['the key portDefinitions before ports, also empty', { portDefinitions: [], ports: [10000] }, []],
    ['ports, null left out', { ports: [null, 10000] }, { fixed: ['app_10000: 10.0.0.1:31001'], strict: ['app_10000: 10.0.0.1:31000'] }],
    [
      'ports of UDP are no ports of TCP',
      { portDefinitions: [{ port: 10000, protocol: 'udp' }, { port: 10001 }] },
      { fixed: ['app_10001: 10.0.0.1:31001'], strict: ['app_10000: 10.0.0.1:31000', 'app_10001: 10.0.0.1:31001'] },
    ],
    ['udp,tcp is one of TCP too', { portDefinitions: [{ port: 10000, protocol: 'udp,tcp' }] }, ['app_10000: 10.0.0.1:31000']],
  ]);

  it('a port of UDP is a problem that names it, unless it is not meant', () => {
    const app = anApp({
      portDefinitions: [
        { port: 10000, protocol: 'udp' },
        { port: 10001, protocol: 'udp', name: 'dns' },
      ],
    });
    const labels = { HAPROXY_GROUP: 'external', HAPROXY_0_ENABLED: 'false', HAPROXY_1_VHOST: 'shop.example' };
    assert.deepEqual(
      served([app])
        .picture.problems()
        .map(({ portIndex }) => portIndex),
      [0, 1],
    );
    assert.deepEqual(served([{ ...app, labels }]).picture.problems(), [
      {
        appId: '/app',
        portIndex: 1,
        message:
          "port 'dns' is left out: its protocol is udp: HAProxy carries TCP. With HAPROXY_1_ENABLED=false it is left out without a word",
      },
    ]);
    assert.deepEqual(served([{ ...app, labels }], { groups: ['internal'] }).picture.problems(), [], "another balancer's");
  });

  it('one service port twice in an app: the first has it, the other is told', () => {
    const { servers, picture } = served([anApp({ portDefinitions: [{ port: 10000 }, { port: 10000 }] })]);
    assert.deepEqual(servers, ['app_10000: 10.0.0.1:31000']);
    assert.match(picture.problems()[0]?.message ?? '', /is taken by port index 0 of the same app/);
  });
});

const WEB = { ...NETWORK.container, id: '/net/web', ...mappings({ containerPort: 80 }, { containerPort: 443 }) };
const API = { ...WEB, id: '/net/api' };
const RANGE = { autoPorts: { min: 10050, max: 10100 } };
const changedAt = (time: string): Json => ({ versionInfo: { lastConfigChangeAt: time } });

describe('5.3 service ports for those that have none', () => {
  const EXPECTED = ['net_api_10051: 9.0.0.1:443', 'net_api_10072: 9.0.0.1:80', 'net_web_10054: 9.0.0.1:443', 'net_web_10056: 9.0.0.1:80'];
  const OLD = changedAt('2026-01-01T00:00:00.000Z');
  const YOUNG = changedAt('2026-02-01T00:00:00.000Z');

  it('by the digest of id and port, the older app first', () => {
    const apps = [anApp({ ...WEB, ...OLD }), anApp({ ...API, ...YOUNG })];
    for (const list of [apps, apps.toReversed()]) assert.deepEqual(served(list, RANGE).servers, EXPECTED);
  });

  it('a younger app takes none from an older one, also where its id comes first', () => {
    const alone = served([anApp({ ...WEB, ...OLD })], { autoPorts: { min: 10050, max: 10052 } }).servers;
    const both = served([anApp({ ...API, ...YOUNG }), anApp({ ...WEB, ...OLD })], { autoPorts: { min: 10050, max: 10052 } });
    assert.deepEqual(
      both.servers.filter((server) => server.startsWith('net_web')),
      alone,
    );
    assert.equal(both.servers.length, 3, 'one port is left for the younger one');
    assert.deepEqual(both.picture.problems(), []);
  });

  it('an app keeps its ports whatever else changes in it: who came later takes none of them', () => {
    const range = { autoPorts: { min: 10050, max: 10051 } };
    const { picture } = served([anApp({ ...WEB, ...OLD }), anApp({ ...API, ...YOUNG })], range);
    const names = () => [...picture.desired.backends.keys()].sort();
    assert.deepEqual(names(), ['net_web_10050', 'net_web_10051']);
    const changed = toEntry(anApp({ ...WEB, ...changedAt('2026-03-01T00:00:00.000Z'), instances: 2 })).value;
    assert.ok(changed);
    picture.take({ kind: 'app', entry: changed });
    assert.deepEqual(names(), ['net_web_10050', 'net_web_10051']);
  });

  it('strict: by app id, as if each time anew', () => {
    const apps = [anApp({ ...WEB, ...OLD }), anApp({ ...API, ...YOUNG })];
    const { servers } = served(apps, { autoPorts: { min: 10050, max: 10052 }, compat: 'strict' });
    assert.equal(servers.filter((server) => server.startsWith('net_api')).length, 2);
  });

  it('without tasks: kept, but not in strict', () => {
    const app = anApp({ ...WEB, tasks: [] });
    assert.deepEqual(served([app], RANGE).servers, ['net_web_10054: ', 'net_web_10056: ']);
    assert.deepEqual(served([app], { ...RANGE, compat: 'strict' }).servers, []);
  });

  it('apps that name no group take none of the range, where nobody takes them', () => {
    const app = anApp({ ...WEB, labels: {} });
    assert.deepEqual(served([app, anApp(API)], { autoPorts: { min: 10050, max: 10051 } }).servers.length, 2);
    assert.equal(served([app], { ...RANGE, groups: ['*'] }).servers.length, 2);
  });

  it('without a range: none', () => assert.deepEqual(served([anApp(WEB)]).servers, []));

  it('not where there are service ports, nor on the network of the agent', () => {
    assert.deepEqual(served([anApp({ ...NETWORK.container, ...mappings(ONE) })], RANGE).servers, ['app_10000: 9.0.0.1:80']);
    assert.deepEqual(served([anApp({ ...NETWORK.bridge, ...mappings({ containerPort: 80, hostPort: 0 }) })], RANGE).servers, []);
  });

  it('legacy IP per task: the ports of its discovery', () => {
    const app = anApp({ id: '/net/web', ipAddress: { discovery: { ports: [{ number: 80 }, { number: 443 }] } }, ports: [] });
    assert.deepEqual(served([app], RANGE).servers, EXPECTED.slice(2));
  });

  it('a health check is that of the port with its index or its name', () => {
    const check = (portIndex: number | string): Json => ({ healthChecks: [{ protocol: 'HTTP', portIndex }] });
    const modes = (portIndex: number | string) => {
      const app = anApp({
        ...WEB,
        ...mappings({ containerPort: 80, name: 'web' }, { containerPort: 443, name: 'tls' }),
        ...check(portIndex),
      });
      return [...served([app], RANGE).picture.desired.backends.values()].map(({ name, profile }) => `${name} ${profile.mode}`).sort();
    };
    assert.deepEqual(modes(1), ['net_web_10054 http', 'net_web_10056 tcp']);
    assert.deepEqual(modes('web'), ['net_web_10054 tcp', 'net_web_10056 http']);
  });

  it('comes, goes and changes with its app', () => {
    const { picture } = served([anApp({ ...API, ...YOUNG })], { autoPorts: { min: 10050, max: 10051 } });
    const web = toEntry(anApp({ ...WEB, ...OLD })).value;
    assert.ok(web);
    const names = () => [...picture.desired.backends.keys()].sort();
    const first = names();
    picture.take({ kind: 'app', entry: web });
    assert.deepEqual(names(), ['net_web_10050', 'net_web_10051']);
    picture.take({ kind: 'app-gone', appId: '/net/web' });
    assert.deepEqual(names(), first);
  });
});

describe('5.4 where a task is', () => {
  const inside = { ...NETWORK.container, ...mappings(ONE) };
  check([
    ['host: the agent, by the address of its name', { ports: [10000], tasks: [aTask({ host: 'agent1' })] }, ['app_10000: 10.0.0.1:31000']],
    ['an agent whose name is not resolved: left out', { ports: [10000], tasks: [aTask({ host: 'agent2' })] }, ['app_10000: ']],
    [
      'container: its own first address',
      { ...inside, tasks: [aTask({ ipAddresses: [{ ipAddress: '9.0.0.2' }, { ipAddress: '9.1.0.2' }] })] },
      ['app_10000: 9.0.0.2:80'],
    ],
    ['of IPv6 too', { ...inside, tasks: [aTask({ ipAddresses: [{ ipAddress: 'fd00::2' }] })] }, ['app_10000: fd00::2:80']],
    ['without an address: left out', { ...inside, tasks: [aTask({ ipAddresses: [] })] }, ['app_10000: ']],
    [
      'discovery before the mappings',
      { ports: [10000], ipAddress: { discovery: { ports: [{ number: 8080 }] } } },
      ['app_10000: 9.0.0.1:8080'],
    ],
    ['no agent: left out', { ports: [10000], tasks: [aTask({ host: '' })] }, ['app_10000: ']],
    ['no state: it runs', { ports: [10000], tasks: [aTask({ state: undefined })] }, ['app_10000: 10.0.0.1:31000']],
    [
      'bridge, a mapping without a host port: task ports are of the others',
      {
        ...NETWORK.bridge,
        ...mappings({ containerPort: 80, servicePort: 10000 }, { ...ONE, servicePort: 10001 }),
        tasks: [aTask({ ports: [31000] })],
      },
      { fixed: ['app_10000: ', 'app_10001: 10.0.0.1:31000'], strict: ['app_10000: 10.0.0.1:31000', 'app_10001: '] },
    ],
    [
      'container, a mapping without a service port',
      { ...NETWORK.container, ...mappings({ containerPort: 9000 }, { containerPort: 80, servicePort: 10000 }) },
      { fixed: ['app_10000: 9.0.0.1:80'], strict: ['app_10000: 9.0.0.1:9000'] },
    ],
    [
      'host, no ports of the task: those of the definition',
      { portDefinitions: [{ port: 10000 }], tasks: [aTask({ ports: [], host: '10.0.0.9' })] },
      { fixed: ['app_10000: '], strict: ['app_10000: 10.0.0.9:10000'] },
    ],
    [
      'more service ports than task ports: those have no server',
      { ports: [10000, 10001, 10002] },
      ['app_10000: 10.0.0.1:31000', 'app_10001: 10.0.0.1:31001', 'app_10002: '],
    ],
    ['two tasks at one place: one server', { ports: [10000], tasks: [aTask(), aTask({ id: 'app.2' })] }, ['app_10000: 10.0.0.1:31000']],
    [
      'servers by agent, then port',
      { ports: [10000], tasks: [aTask({ id: '3', host: '10.0.0.2' }), aTask({ id: '2', ports: [31001] }), aTask({ id: '1' })] },
      ['app_10000: 10.0.0.1:31000 10.0.0.1:31001 10.0.0.2:31000'],
    ],
    [
      'tasks of one agent with addresses of their own: always in one order',
      { ...inside, tasks: [3, 1, 2].map((n) => aTask({ id: `${n}`, ipAddresses: [{ ipAddress: `9.0.0.${n}` }] })) },
      ['app_10000: 9.0.0.1:80 9.0.0.2:80 9.0.0.3:80'],
    ],
  ]);

  const KEPT = ['RUNNING', 'LOST', 'UNREACHABLE', 'SOMETHING_NEW'];
  const LEFT = [
    'STAGING',
    'STARTING',
    'KILLING',
    'FINISHED',
    'FAILED',
    'KILLED',
    'ERROR',
    'DROPPED',
    'GONE',
    'GONE_BY_OPERATOR',
    'UNKNOWN',
  ];
  for (const state of [...KEPT, ...LEFT])
    it(`TASK_${state}`, () => {
      const { servers } = served([anApp({ ports: [10000], tasks: [aTask({ state: `TASK_${state}` })] })]);
      assert.deepEqual(servers, [KEPT.includes(state) ? 'app_10000: 10.0.0.1:31000' : 'app_10000: ']);
    });

  it('the app that the load balancer is itself is not served', () => {
    const app = anApp({ id: '/marathon-lb', ports: [10000] });
    const { servers, picture } = served([app, anApp({ ports: [10001] })], { ownAppId: '/marathon-lb' });
    assert.deepEqual(servers, ['app_10001: 10.0.0.1:31000']);
    assert.deepEqual(picture.fates('/marathon-lb'), [{ kind: 'left', index: 0, because: 'it is this load balancer itself' }]);
  });
});

describe('5.6 ids and cookies', () => {
  it('of a server, by its name', () => {
    const labels = { HAPROXY_GROUP: 'external', HAPROXY_0_STICKY: 'true', HAPROXY_0_MODE: 'http' };
    const { picture } = served([anApp({ ports: [10000], labels })]);
    const server = picture.desired.backends.get('app_10000')?.servers[0];
    assert.deepEqual([server?.name, server?.id, server?.cookie], ['10_0_0_1_31000', 28035, '13d473d85a']);
  });
});

describe('5.7 --health-check', () => {
  const app = (results: readonly (readonly boolean[] | undefined)[]): Json => ({
    ports: [10000],
    healthChecks: [{ protocol: 'TCP' }, { protocol: 'HTTP' }],
    tasks: results.map((alive, n) => aTask({ id: `${n}`, ports: [31000 + n], healthCheckResults: alive?.map((one) => ({ alive: one })) })),
  });
  const ports = (json: Json, healthCheck: boolean): string => served([anApp(json)], { healthCheck }).servers.join();

  it('without it every task is taken', () =>
    assert.equal(ports(app([undefined, [false], [true, true]]), false), 'app_10000: 10.0.0.1:31000 10.0.0.1:31001 10.0.0.1:31002'));
  it('with it those that all their checks find well: one of several is not enough', () =>
    assert.equal(ports(app([undefined, [false, true], [true, true], [false]]), true), 'app_10000: 10.0.0.1:31002'));
  it('an app without checks is not asked', () => assert.equal(ports({ ports: [10000] }, true), 'app_10000: 10.0.0.1:31000'));
  it('what was known stays when Marathon forgets it', () => {
    const { picture } = served([anApp(app([[true, true]]))], { healthCheck: true });
    const forgotten = toEntry(anApp(app([undefined]))).value;
    assert.ok(forgotten);
    picture.take({ kind: 'app', entry: forgotten });
    assert.equal(picture.desired.backends.get('app_10000')?.servers.length, 1);
  });
});

describe('5.8 groups', () => {
  const taken = (labels: Json, groups: readonly string[]): boolean =>
    served([anApp({ ports: [10000], labels })], { groups }).servers.length === 1;
  const rows: readonly (readonly [labels: Json, groups: readonly string[], expected: boolean])[] = [
    [{ HAPROXY_GROUP: 'external' }, ['external'], true],
    [{ HAPROXY_GROUP: 'internal,external' }, ['external'], true],
    [{ HAPROXY_GROUP: 'internal, external' }, ['external'], false],
    [{ HAPROXY_GROUP: 'internal, external' }, [' external'], true],
    [{ HAPROXY_GROUP: 'external' }, ['internal'], false],
    [{ HAPROXY_GROUP: 'external' }, ['internal', 'external'], true],
    [{ HAPROXY_GROUP: '*' }, ['external'], false],
    [{}, ['external'], false],
    [{}, ['*'], true],
    [{ HAPROXY_GROUP: 'internal' }, ['external', '*'], true],
    [{ HAPROXY_GROUP: 'internal', HAPROXY_0_GROUP: 'external' }, ['external'], true],
    [{ HAPROXY_GROUP: 'external', HAPROXY_0_GROUP: 'internal' }, ['external'], false],
    [{ HAPROXY_GROUP: 'external', HAPROXY_0_GROUP: '' }, ['external'], true],
  ];
  for (const [labels, groups, expected] of rows)
    it(`${JSON.stringify(labels)} for ${groups.join(',')}`, () => assert.equal(taken(labels, groups), expected));
});
