import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Admission, admit } from '../../src/desired/admission.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { App } from '../../src/model/app.ts';
import type { Task, TaskHealth } from '../../src/model/task.ts';
import { aCheck, anApp, anEntry, aPort, aTask, build, someOptions, without } from '../kit/builders.ts';

const NO_HOSTS: ReadonlyMap<string, string> = new Map();
const at = (host: string, address: string, port: number): Admission => ({ kind: 'in', host, address, port });
const out = (because: string): Admission => ({ kind: 'out', because });

const admittedBy = (options: Partial<BuildOptions>, app: Partial<App>, task: Partial<Task>, hosts = NO_HOSTS): Admission => {
  const whole = anApp(app);
  const port = whole.ports[0] ?? aPort();
  return admit(whole, port, aTask(task), hosts, someOptions(options), port.servicePort);
};

const admitted = (app: Partial<App>, task: Partial<Task>, hosts = NO_HOSTS, healthCheck = false): Admission =>
  admittedBy({ healthCheck }, app, task, hosts);

describe('states that take traffic', () => {
  const taken = ['TASK_RUNNING', 'TASK_LOST', 'TASK_UNREACHABLE', 'TASK_SOMETHING_NEW'];
  const left = [
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
  for (const state of taken) it(`${state} does`, () => assert.equal(admitted({}, { state }).kind, 'in'));
  for (const state of left.map((name) => `TASK_${name}`))
    it(`${state} does not`, () => assert.deepEqual(admitted({}, { state }), out(`it is ${state}`)));
});

describe('host mode: the agent and the host port', () => {
  it('an agent that is an address', () => assert.deepEqual(admitted({}, {}), at('10.0.0.1', '10.0.0.1', 31000)));
  it('an agent that is a name which was resolved', () =>
    assert.deepEqual(admitted({}, { host: 'agent1' }, new Map([['agent1', '1.1.1.1']])), at('agent1', '1.1.1.1', 31000)));
  it('an agent that is a name which was not', () =>
    assert.deepEqual(admitted({}, { host: 'agent1' }), out("the name of its agent, 'agent1', is not resolved")));
  it('what only looks like an address is a name', () => {
    for (const host of ['1.2.3', '256.0.0.1', '10.0.0.1:22', '::1 disabled', 'a:b'])
      assert.deepEqual(admitted({}, { host }), out(`the name of its agent, '${host}', is not resolved`));
  });
  it('no agent', () => assert.deepEqual(admitted({}, { host: '' }), out('it has no agent yet')));
  it('the port of its index', () =>
    assert.deepEqual(admitted({ ports: [aPort({ hostPortIndex: 1 })] }, { ports: [31000, 31001] }), at('10.0.0.1', '10.0.0.1', 31001)));
  it('no such port, or port 0', () => {
    for (const ports of [[], [0]]) assert.deepEqual(admitted({}, { ports }), out('it has no host port for this service port'));
  });
});

describe('bridge mode: the agent and the host port of the mapping', () => {
  const unmapped = without(aPort({ containerPort: 8080 }), 'hostPortIndex');
  it('with a host port', () =>
    assert.deepEqual(
      admitted({ network: 'container/bridge', ports: [aPort({ containerPort: 8080 })] }, {}),
      at('10.0.0.1', '10.0.0.1', 31000),
    ));
  it('a mapping without a host port cannot be reached', () =>
    assert.deepEqual(admitted({ network: 'container/bridge', ports: [unmapped] }, {}), out('it has no host port for this service port')));
});

describe('container mode: the container and its port', () => {
  const ports = [aPort({ containerPort: 8080 })];
  const network = 'container';
  it("the first of the container's addresses", () =>
    assert.deepEqual(admitted({ network, ports }, { host: 'agent1', ipAddresses: ['9.0.0.5', '9.1.0.5'] }), at('agent1', '9.0.0.5', 8080)));
  it('an IPv6 address as HAProxy writes it', () =>
    assert.deepEqual(admitted({ network, ports }, { ipAddresses: ['FD00:0:0::5'] }), at('10.0.0.1', 'fd00::5', 8080)));
  it('container port 0 is the host port', () =>
    assert.deepEqual(
      admitted({ network, ports: [aPort({ containerPort: 0 })] }, { ipAddresses: ['9.0.0.5'] }),
      at('10.0.0.1', '9.0.0.5', 31000),
    ));
  it('no address yet', () => assert.deepEqual(admitted({ network, ports }, { ipAddresses: [] }), out('it has no address of its own yet')));
  it('an address that is none', () =>
    assert.deepEqual(
      admitted({ network, ports }, { ipAddresses: ['9.0.0.5 disabled'] }),
      out("its address, '9.0.0.5 disabled', is not an IP address"),
    ));
  it('no port', () =>
    assert.deepEqual(
      admitted({ network, ports: [aPort({ containerPort: 0 })] }, { ports: [] }),
      out('it has no container port for this service port'),
    ));
});

describe('addresses that lead to no task', () => {
  const ports = [aPort({ containerPort: 8080 })];
  const rows: readonly (readonly [address: string, canonical: string, because: string])[] = [
    ['0.0.0.0', '0.0.0.0', 'is not the address of a host'],
    ['0.1.2.3', '0.1.2.3', 'is not the address of a host'],
    ['::', '::', 'is not the address of a host'],
    ['0:0:0:0:0:0:0:0', '::', 'is not the address of a host'],
    ['::ffff:0.0.0.0', '0.0.0.0', 'is not the address of a host'],
    ['224.0.0.1', '224.0.0.1', 'is a multicast address'],
    ['239.255.255.255', '239.255.255.255', 'is a multicast address'],
    ['FF02::1', 'ff02::1', 'is a multicast address'],
    ['255.255.255.255', '255.255.255.255', 'is a broadcast address'],
    ['169.254.169.254', '169.254.169.254', 'is a link-local address'],
    ['fe80::1', 'fe80::1', 'is a link-local address'],
    ['FD00:EC2:0::254', 'fd00:ec2::254', 'is where a cloud tells the secrets of a host'],
    ['168.63.129.16', '168.63.129.16', 'is where a cloud tells the secrets of a host'],
    ['::ffff:169.254.169.254', '169.254.169.254', 'is a link-local address'],
  ];
  for (const [address, canonical, because] of rows) {
    const expected = out(`its address, '${canonical}', ${because}`);
    it(`${address} of a container`, () =>
      assert.deepEqual(admitted({ network: 'container', ports }, { ipAddresses: [address] }), expected));
    it(`${address} of an agent`, () => assert.deepEqual(admitted({}, { host: address }), expected));
    it(`${address} of a name that was resolved`, () =>
      assert.equal(admitted({}, { host: 'agent1' }, new Map([['agent1', canonical]])).kind, 'out'));
  }
  it('others are taken', () => {
    for (const address of ['10.0.0.1', 'fd00::1', '223.255.255.255'])
      assert.deepEqual(admitted({ network: 'container', ports }, { ipAddresses: [address] }), at('10.0.0.1', address, 8080));
  });
});

describe('tasks that would lead back to this host', () => {
  const container = { network: 'container' as const, ports: [aPort({ containerPort: 8080 })] };
  it('a container at a loopback address is taken only where its agent is at one', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
      const because = `its address, '${address === '::ffff:127.0.0.1' ? '127.0.0.1' : address}', is a loopback address, and that of its agent is none`;
      assert.deepEqual(admitted(container, { host: '10.0.0.1', ipAddresses: [address] }), out(because));
      assert.deepEqual(admitted(container, { host: 'agent1', ipAddresses: [address] }, new Map([['agent1', '10.0.0.1']])), out(because));
      assert.deepEqual(admitted(container, { host: 'not-resolved', ipAddresses: [address] }), out(because));
      for (const host of ['127.0.0.1', 'here']) {
        const here = admitted(container, { host, ipAddresses: [address] }, new Map([['here', '127.0.1.1']]));
        assert.equal(here.kind, 'in');
      }
    }
    assert.equal(admitted({}, { host: '127.0.0.5' }).kind, 'in', 'an agent at a loopback address is where the operator says');
  });
  const own = { ownAddresses: new Set(['10.0.0.7', 'fd00::7']) };
  const listening = (options: Partial<BuildOptions>, host: string, port: number): Admission =>
    admittedBy({ ...own, ...options }, {}, { host, ports: [port] });
  const itself = (host: string, port: number) => out(`this load balancer itself listens at its address and port, ${host} ${port}`);
  it('nobody is taken where HAProxy listens', () => {
    for (const host of ['127.0.0.1', '::1', '10.0.0.7', 'fd00::7'])
      for (const port of [80, 443, 9090, 9091]) assert.deepEqual(listening({}, host, port), itself(host, port));
    assert.deepEqual(listening({ bindAddress: '10.0.0.8' }, '10.0.0.8', 9090), itself('10.0.0.8', 9090));
  });
  it('nobody is taken at the service port that is opened for him', () => {
    assert.deepEqual(listening({}, '10.0.0.7', 10_000), itself('10.0.0.7', 10_000));
    assert.equal(listening({ bindServicePorts: false }, '10.0.0.7', 10_000).kind, 'in');
    assert.equal(listening({}, '10.0.0.9', 10_000).kind, 'in');
  });
  it('nobody is taken where the control API listens', () => {
    for (const host of ['127.0.0.1', '10.0.0.7'])
      assert.deepEqual(listening({}, host, 9092), out(`the control API listens at its address and port, ${host} 9092`));
    assert.equal(listening({ apiPort: undefined }, '127.0.0.1', 9092).kind, 'in');
  });
  it('others are taken: another port, another host, an address where HAProxy does not listen', () => {
    assert.equal(listening({}, '10.0.0.7', 31_000).kind, 'in');
    for (const port of [80, 443, 9090, 9091, 9092]) assert.equal(listening({}, '10.0.0.9', port).kind, 'in');
    assert.equal(listening({ bindAddress: '10.0.0.8' }, '10.0.0.7', 9090).kind, 'in');
    assert.equal(listening({ bindHttpHttps: false }, '10.0.0.7', 80).kind, 'in');
  });
});

describe('ports and names that HAProxy would not take', () => {
  const said = (port: number) => out(`its port, ${port}, is not a whole number from 1 to 65535`);
  it('a host port', () => {
    for (const port of [65536, 1.5]) assert.deepEqual(admitted({}, { ports: [port] }), said(port));
    assert.equal(admitted({}, { ports: [65535] }).kind, 'in');
    assert.deepEqual(admitted({}, { ports: [-1] }), out('it has no host port for this service port'));
  });
  it('a container port', () =>
    assert.deepEqual(
      admitted({ network: 'container', ports: [aPort({ containerPort: 70000 })] }, { ipAddresses: ['9.0.0.5'] }),
      said(70000),
    ));
  it('the name of an agent', () => {
    const hosts = [253, 254].map((length) => 'a'.repeat(length));
    const [longest = '', longer = ''] = hosts;
    const resolved = new Map(hosts.map((host) => [host, '10.0.0.1']));
    assert.equal(admitted({}, { host: longest }, resolved).kind, 'in');
    assert.deepEqual(admitted({}, { host: longer }, resolved), out('the name of its agent is longer than 253 characters'));
  });
});

describe('--health-check', () => {
  const rows: readonly (readonly [health: TaskHealth, expected: Admission])[] = [
    ['healthy', at('10.0.0.1', '10.0.0.1', 31000)],
    ['unhealthy', out('Marathon finds it unhealthy')],
    ['unknown', out('Marathon has not seen it healthy yet')],
  ];
  for (const [health, expected] of rows) {
    it(`${health}, in an app with checks`, () =>
      assert.deepEqual(admitted({ healthChecks: [aCheck()] }, { health }, NO_HOSTS, true), expected));
    it(`${health}, in an app without`, () => assert.equal(admitted({}, { health }, NO_HOSTS, true).kind, 'in'));
    it(`${health}, without the flag`, () => assert.equal(admitted({ healthChecks: [aCheck()] }, { health }).kind, 'in'));
  }
});

describe('servers of a backend', () => {
  const serversOf = (tasks: readonly Task[], app: Partial<App> = {}) =>
    build([anEntry(app, tasks)])
      .desired.backends.get('shop_10000')
      ?.servers.map(({ name }) => name);

  it('in the order that Marathon-LB gave out ids: host, port, address', () => {
    const tasks = [
      aTask({ id: 'c', host: '10.0.0.2', ports: [31000] }),
      aTask({ id: 'b', host: '10.0.0.1', ports: [31001] }),
      aTask({ id: 'a', host: '10.0.0.1', ports: [31000] }),
    ];
    assert.deepEqual(serversOf(tasks), ['10_0_0_1_31000', '10_0_0_1_31001', '10_0_0_2_31000']);
  });

  it('tasks with addresses of their own on one agent are in one order, whatever that of the list', () => {
    const tasks = [3, 1, 2].map((n) => aTask({ id: `t${n}`, ipAddresses: [`9.0.0.${n}`] }));
    const expected = [1, 2, 3].map((n) => `10_0_0_1_9_0_0_${n}_8080`);
    const app = { network: 'container', ports: [aPort({ containerPort: 8080 })] } as const;
    assert.deepEqual(serversOf(tasks, app), expected);
    assert.deepEqual(serversOf(tasks.toReversed(), app), expected);
  });

  it('two tasks at one place are one server, up if either is', () => {
    const both = [aTask({ id: 'old', health: 'unhealthy' }), aTask({ id: 'new', health: 'healthy' })];
    for (const tasks of [both, both.toReversed()]) {
      const { desired } = build([anEntry({ healthChecks: [aCheck()] }, tasks)]);
      assert.deepEqual(
        desired.backends.get('shop_10000')?.servers.map(({ name, startsDown }) => [name, startsDown]),
        [['10_0_0_1_31000', false]],
      );
    }
  });

  it('one with a check that was not seen healthy starts down, one without a check does not', () => {
    const startsDown = (app: Partial<App>) => build([anEntry(app)]).desired.backends.get('shop_10000')?.servers[0]?.startsDown;
    assert.equal(startsDown({ healthChecks: [aCheck()] }), true);
    assert.equal(startsDown({}), false);
  });

  it('are 10,000 at most, and the app is told of those that are left out', () => {
    const tasks = Array.from({ length: 10_001 }, (_, n) => aTask({ id: `t${n}`, host: `10.0.${n >> 8}.${n & 255}` }));
    const { desired, problems } = build([anEntry({}, tasks)]);
    const { servers } = desired.backends.get('shop_10000') ?? { servers: [] };
    assert.equal(new Set(servers.map(({ id }) => id)).size, 10_000);
    assert.deepEqual(problems, [
      {
        appId: '/shop',
        portIndex: 0,
        message: '10001 tasks take traffic on this port, and a backend has 10000 servers at most: the others are left out',
      },
    ]);
  });

  it('an app without tasks keeps its backend, and its listener', () => {
    const { desired } = build([anEntry({}, [])]);
    assert.deepEqual(desired.backends.get('shop_10000')?.servers, []);
    assert.ok(desired.frontends.has('shop_10000'));
  });
});
