import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { App, AppPort, NetworkMode } from '../../src/model/app.ts';
import type { Task } from '../../src/model/task.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';
import { instanceIdOf, isPodTaskId } from '../../src/marathon/payload/ids.ts';
import { anApp, aTask, INSTANCE, VERSION } from './samples.ts';

const samples = JSON.parse(readFileSync(new URL('./samples/apps.json', import.meta.url), 'utf8')) as {
  apps: Record<string, object>;
  healthChecks: object[];
};

const appOf = (raw: object): App => {
  const { value, problems } = toEntry(raw);
  assert.deepEqual(problems, []);
  assert.ok(value);
  return value.app;
};

const tasksOf = (raw: object): readonly Task[] => [...(toEntry(raw).value?.tasks.values() ?? [])];

const SAMPLES: readonly (readonly [sentence: string, sample: string, NetworkMode, readonly AppPort[], Partial<Task>])[] = [
  [
    'host mode: the n-th port definition is the n-th host port',
    'host',
    'host',
    [
      { servicePort: 10001, protocol: 'tcp', name: 'http', hostPortIndex: 0 },
      { servicePort: 10002, protocol: 'tcp', name: 'admin', hostPortIndex: 1 },
    ],
    {
      id: 'shop_cart.instance-c7c311a4-ee3b-11eb-9a03-0242ac130003._app.1',
      instanceId: 'shop_cart.instance-c7c311a4-ee3b-11eb-9a03-0242ac130003',
      host: '10.0.1.162',
      ipAddresses: ['10.0.1.162'],
      ports: [15457, 15458],
      state: 'TASK_RUNNING',
      health: 'healthy',
      version: '2021-07-26T09:00:00.000Z',
      agentId: '28b00233-9022-4f32-a250-02bd9c669185-S1',
    },
  ],
  [
    'bridge mode: port mappings, container port 0 stays 0',
    'container-bridge',
    'container/bridge',
    [
      { servicePort: 10003, protocol: 'tcp', name: 'http', containerPort: 80, hostPortIndex: 0 },
      { servicePort: 10004, protocol: 'udp,tcp', containerPort: 0, hostPortIndex: 1 },
    ],
    { ipAddresses: ['172.17.0.5'], ports: [3201, 3202], health: 'unknown' },
  ],
  [
    'container network: a mapping without a host port takes no entry of the task ports',
    'container',
    'container',
    [
      { servicePort: 10005, protocol: 'tcp', name: 'http', containerPort: 8080 },
      { servicePort: 10006, protocol: 'tcp', name: 'debug', containerPort: 9000, hostPortIndex: 0 },
    ],
    { ipAddresses: ['9.0.4.130'], ports: [4242] },
  ],
  [
    'Marathon 1.4: nulls, mappings under docker, instance id from the check results',
    'legacy-bridge',
    'container/bridge',
    [{ servicePort: 10003, protocol: 'tcp', containerPort: 80, hostPortIndex: 0 }],
    {
      instanceId: 'shop_web.marathon-1caa7f9f-7b8a-11e7-8a4d-70b3d5800003',
      host: 'srv5.example.com',
      health: 'healthy',
      agentId: '20150707-153709-218108076-5050-25588-S6',
    },
  ],
  [
    'Marathon 1.4, IP per task: no service port, instance id from the task id',
    'legacy-ip-per-task',
    'container',
    [],
    { instanceId: 'shop_api.marathon-2caa7f9f-7b8a-11e7-8a4d-70b3d5800003', ports: [], ipAddresses: ['9.0.4.130'], health: 'unknown' },
  ],
];

for (const [sentence, sample, network, ports, task] of SAMPLES) {
  test(sentence, () => {
    const raw = samples.apps[sample] ?? {};
    const app = appOf(raw);
    assert.equal(app.network, network);
    assert.deepEqual(app.ports, ports);
    const [first] = tasksOf(raw);
    assert.deepEqual({ ...first, ...task }, first);
  });
}

const NETWORKS: readonly (readonly [sentence: string, app: object, expected: NetworkMode])[] = [
  ['an app that says nothing is in host mode', { networks: undefined }, 'host'],
  ['an empty ipAddress stays host', { networks: undefined, ipAddress: {} }, 'host'],
  ['a null ipAddress stays host', { networks: null, ipAddress: null }, 'host'],
  ['an ipAddress with something in it is a container network', { networks: undefined, ipAddress: { groups: [] } }, 'container'],
  ['docker.network BRIDGE is bridge', { networks: undefined, container: { docker: { network: 'BRIDGE' } } }, 'container/bridge'],
  ['docker.network USER is a container network', { networks: undefined, container: { docker: { network: 'USER' } } }, 'container'],
  ['docker.network HOST is host', { networks: undefined, container: { docker: { network: 'HOST' } } }, 'host'],
  ['networks go before the older forms', { networks: [{ mode: 'host' }], container: { docker: { network: 'BRIDGE' } } }, 'host'],
  ['a network without a mode is a container network', { networks: [{ name: 'dcos' }] }, 'container'],
  ['the last network counts', { networks: [{ mode: 'container', name: 'a' }, { mode: 'container/bridge' }] }, 'container/bridge'],
];

for (const [sentence, app, expected] of NETWORKS) test(sentence, () => assert.equal(appOf(anApp(app)).network, expected));

const overlay = (portMappings: readonly object[], rest: object = {}): object =>
  anApp({ networks: [{ mode: 'container' }], container: { portMappings }, healthChecks: [], ...rest });

const PORTS: readonly (readonly [sentence: string, app: object, expected: readonly Partial<AppPort>[]])[] = [
  [
    'a mapping without a service port takes no label index and keeps its host port',
    overlay([
      { containerPort: 1, hostPort: 0, servicePort: null },
      { containerPort: 2, hostPort: 0, servicePort: 10001 },
    ]),
    [{ servicePort: 10001, containerPort: 2, hostPortIndex: 1 }],
  ],
  [
    'service port 0 is one that Marathon has not given yet',
    overlay([{ containerPort: 1, servicePort: 0 }], { portDefinitions: undefined }),
    [],
  ],
  [
    'mappings without any service port: the port definitions count, and lead to the ports inside that are mapped',
    overlay([{ containerPort: 1 }], { portDefinitions: [{ port: 10009 }] }),
    [{ servicePort: 10009, containerPort: 1 }],
  ],
  [
    'an IP per task with port definitions: the port inside is that of its discovery',
    anApp({ networks: undefined, healthChecks: [], ipAddress: { discovery: { ports: [{ number: 8080 }] } } }),
    [{ servicePort: 10001, containerPort: 8080 }],
  ],
  [
    'mappings of an app in host mode do not count',
    anApp({ container: { portMappings: [{ containerPort: 80, hostPort: 0, servicePort: 10007 }] } }),
    [{ servicePort: 10001, hostPortIndex: 0 }],
  ],
  [
    'Marathon 0.x: ports are the service ports',
    anApp({ portDefinitions: undefined, ports: [10001, null, 10002] }),
    [
      { servicePort: 10001, hostPortIndex: 0 },
      { servicePort: 10002, hostPortIndex: 2 },
    ],
  ],
  ['no port at all', anApp({ portDefinitions: [], healthChecks: [] }), []],
];

for (const [sentence, app, expected] of PORTS) {
  test(sentence, () => {
    const bare = appOf(app).ports.map((port) => Object.fromEntries(Object.entries(port).filter(([, value]) => typeof value === 'number')));
    assert.deepEqual(bare, expected);
  });
}

test('all kinds of health checks are read, each with its port', () => {
  const app = anApp({ healthChecks: samples.healthChecks, portDefinitions: [{ port: 10001 }, { port: 10002 }] });
  const read = appOf(app).healthChecks.map(({ protocol, portIndex, port, path }) => [protocol, portIndex, port, path]);
  assert.deepEqual(read, [
    ['HTTP', 0, undefined, '/health'],
    ['HTTPS', undefined, 8443, '/'],
    ['TCP', 1, undefined, undefined],
    ['COMMAND', undefined, undefined, undefined],
    ['MESOS_HTTP', 0, undefined, '/health'],
    ['MESOS_HTTPS', 0, undefined, '/health'],
    ['MESOS_TCP', 0, undefined, undefined],
  ]);
});

const CHECK_PORTS: readonly (readonly [sentence: string, check: object, expected: number | undefined])[] = [
  ['a check that names no port is about the first', {}, 0],
  ['a check may name its port', { portIndex: 'admin' }, 1],
  ['a name that no port has leads nowhere', { portIndex: 'gone' }, undefined],
  ['an index counts all mappings, the model only those with a service port', { portIndex: 2 }, 1],
  ['an index of a port without a service port leads nowhere', { portIndex: 1 }, undefined],
  ['an index beyond the ports leads nowhere', { portIndex: 7 }, undefined],
  ['nulls are as if absent', { portIndex: null, port: null, path: null }, 0],
];

for (const [sentence, check, expected] of CHECK_PORTS) {
  test(sentence, () => {
    const mappings = [{ servicePort: 10001, name: 'http' }, { containerPort: 9 }, { servicePort: 10003, name: 'admin' }];
    const [read] = appOf(overlay(mappings, { healthChecks: [{ protocol: 'HTTP', ...check }] })).healthChecks;
    assert.equal(read?.portIndex, expected);
    assert.deepEqual(
      [read?.intervalSeconds, read?.timeoutSeconds, read?.maxConsecutiveFailures, read?.gracePeriodSeconds],
      [60, 20, 3, 300],
    );
  });
}

const CHECKS_2 = [{ protocol: 'HTTP' }, { protocol: 'TCP' }];
const HEALTH: readonly (readonly [sentence: string, app: object, task: object, expected: Task['health']])[] = [
  ['no result: unknown', {}, { healthCheckResults: [] }, 'unknown'],
  ['results absent: unknown', {}, { healthCheckResults: undefined }, 'unknown'],
  ['a null among the results is none', {}, { healthCheckResults: [null] }, 'unknown'],
  ['all alive: healthy', { healthChecks: CHECKS_2 }, { healthCheckResults: [{ alive: true }, { alive: true }] }, 'healthy'],
  ['one not alive: unhealthy', { healthChecks: CHECKS_2 }, { healthCheckResults: [{ alive: true }, { alive: false }] }, 'unhealthy'],
  ['a result is still awaited: unknown', { healthChecks: CHECKS_2 }, { healthCheckResults: [{ alive: true }] }, 'unknown'],
  ['one of two is dead already: unhealthy', { healthChecks: CHECKS_2 }, { healthCheckResults: [{ alive: false }] }, 'unhealthy'],
  [
    'a task of an older version is not measured by new checks',
    { healthChecks: CHECKS_2 },
    { version: '2020-01-01T00:00:00.000Z', healthCheckResults: [{ alive: true }] },
    'healthy',
  ],
];

for (const [sentence, app, task, expected] of HEALTH) {
  test(`health: ${sentence}`, () => assert.equal(tasksOf(anApp({ ...app, tasks: [aTask(task)] }))[0]?.health, expected));
}

test('what a task may lack is empty, and no state means running', () => {
  const [task] = tasksOf(anApp({ tasks: [{ id: 'odd', host: null, ports: null, startedAt: null }] }));
  const empty = { id: 'odd', instanceId: '', host: '', ipAddresses: [], ports: [], state: 'TASK_RUNNING', health: 'unknown', version: '' };
  assert.deepEqual(task, empty);
});

const UUID = 'c7c311a4-ee3b-11eb-9a03-0242ac130003';
const IDS: readonly (readonly [taskId: string, instanceId: string, isPod: boolean])[] = [
  [`shop_cart.instance-${UUID}._app.1`, `shop_cart.instance-${UUID}`, false],
  [`shop_cart.instance-${UUID}.$anon`, `shop_cart.instance-${UUID}`, false],
  [`shop_cart.${UUID}`, `shop_cart.marathon-${UUID}`, false],
  [`shop_cart.${UUID}.2`, `shop_cart.marathon-${UUID}`, false],
  [`a.b_c.d.instance-${UUID}._app.12`, `a.b_c.d.instance-${UUID}`, false],
  [`shop_pod.instance-${UUID}.web`, `shop_pod.instance-${UUID}`, true],
  [`shop_pod.instance-${UUID}.web.3`, `shop_pod.instance-${UUID}`, true],
  ['something-else', '', false],
];

for (const [taskId, instanceId, isPod] of IDS) {
  test(`task ${taskId} belongs to instance "${instanceId}" of ${isPod ? 'a pod' : 'an app'}`, () => {
    assert.deepEqual([instanceIdOf(taskId), isPodTaskId(taskId)], [instanceId, isPod]);
  });
}

test('a task of wrong shape takes itself out and is told', () => {
  const { value, problems } = toEntry(anApp({ tasks: [aTask(), aTask({ id: 'second', ports: ['http'] }), 7] }));
  assert.deepEqual([...(value?.tasks.keys() ?? [])], [`${INSTANCE}._app.1`]);
  assert.deepEqual(
    problems.map(({ appId, message }) => [appId, /task (second|without an id) .*: (ports\.0|it): /.test(message)]),
    [
      ['/shop/cart', true],
      ['/shop/cart', true],
    ],
  );
});

const WRONG: readonly (readonly [sentence: string, raw: unknown, appId: string])[] = [
  ['labels that are no texts', anApp({ labels: { HAPROXY_GROUP: 1 } }), '/shop/cart'],
  ['a port beyond 65535', anApp({ portDefinitions: [{ port: 70000 }] }), '/shop/cart'],
  ['tasks that were asked for and are not there', anApp({ tasks: undefined }), '/shop/cart'],
  ['no id', anApp({ id: undefined }), ''],
  ['null', null, ''],
];

for (const [sentence, raw, appId] of WRONG) {
  test(`an app of wrong shape is a problem with its id: ${sentence}`, () => {
    const read = toEntry(raw);
    assert.deepEqual([read.appId, read.value, read.problems.map((problem) => problem.appId)], [appId, undefined, [appId]]);
  });
}

test('unknown fields and odd versions pass', () => {
  const app = appOf(anApp({ version: '1.5', cpus: 0.1, fetch: [{}], unheardOf: { deep: [1] } }));
  assert.deepEqual([app.version, app.instances, VERSION.length], ['1.5', 1, 24]);
});
