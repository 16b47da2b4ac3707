import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toPodEntries } from '../../src/marathon/payload/list.ts';
import { toPodEntry } from '../../src/marathon/payload/pod-entry.ts';
import type { App } from '../../src/model/app.ts';
import type { Task } from '../../src/model/task.ts';
import { aPod, aPodInstance, CHECK, POD_INSTANCE, POD_VERSION } from './pod-samples.ts';

const appOf = (spec: object): App => {
  const { value, problems } = toPodEntry(aPod(spec, []));
  assert.deepEqual(problems, []);
  assert.ok(value);
  return value.app;
};

const taskOf = (instance: object, spec: object = {}): Task | undefined => {
  const { value, problems } = toPodEntry(aPod(spec, [instance]));
  assert.deepEqual(problems, []);
  return [...(value?.tasks.values() ?? [])][0];
};

const container = (name: string, healthCheck?: object): object => ({
  name,
  endpoints: [{ name: `${name}-port`, hostPort: 0 }],
  ...(healthCheck === undefined ? {} : { healthCheck }),
});

describe('a pod as an app', () => {
  it('has no service ports, and its endpoints in their order', () => {
    assert.deepEqual(appOf({}), {
      id: '/shop/pod',
      kind: 'pod',
      labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'pod.example' },
      instances: 1,
      version: POD_VERSION,
      lastConfigChangeAt: POD_VERSION,
      network: 'container',
      ports: [],
      definedPorts: [
        { protocol: 'tcp', name: 'http', container: 'web', containerPort: 8080, hostPortIndex: 0 },
        { protocol: 'udp,tcp', name: 'admin', container: 'web', containerPort: 9000, hostPortIndex: 1 },
      ],
      healthChecks: [
        {
          protocol: 'HTTP',
          path: '/health',
          portIndex: 0,
          intervalSeconds: 10,
          timeoutSeconds: 5,
          maxConsecutiveFailures: 2,
          gracePeriodSeconds: 300,
        },
      ],
    });
  });

  it('counts endpoints over all containers, and finds each check its endpoint', () => {
    const { definedPorts, healthChecks } = appOf({
      containers: [
        container('a', { exec: { command: { shell: 'true' } } }),
        { name: 'none' },
        container('b', { tcp: { endpoint: 'c-port' } }),
        container('c', { http: { endpoint: 'b-port', scheme: 'HTTPS' } }),
      ],
    });
    assert.deepEqual(
      definedPorts?.map(({ name }) => name),
      ['a-port', 'b-port', 'c-port'],
    );
    assert.deepEqual(
      healthChecks.map(({ protocol, path, portIndex }) => [protocol, path, portIndex]),
      [
        ['COMMAND', undefined, undefined],
        ['TCP', undefined, 2],
        ['HTTPS', undefined, 1],
      ],
    );
  });

  const NETWORKS: readonly (readonly [what: string, networks: unknown, mode: string])[] = [
    ['none', [], 'host'],
    ['no word of them', undefined, 'host'],
    ['the host', [{ mode: 'host' }], 'host'],
    ['a bridge', [{ mode: 'container/bridge' }], 'container/bridge'],
    ['one without a mode', [{ name: 'dcos' }], 'container'],
  ];
  for (const [what, networks, mode] of NETWORKS)
    it(`is in network mode ${mode} with networks: ${what}`, () => assert.equal(appOf({ networks }).network, mode));
});

describe('an instance of a pod as a task', () => {
  it('has its addresses, its agent, a host port for each endpoint, and the version that it runs', () => {
    assert.deepEqual(taskOf(aPodInstance()), {
      id: POD_INSTANCE,
      instanceId: POD_INSTANCE,
      host: '10.0.1.162',
      ipAddresses: ['9.0.4.131'],
      ports: [31001, 0],
      state: 'TASK_RUNNING',
      health: 'healthy',
      version: POD_VERSION,
      agentId: 'S1',
      containers: [
        { name: 'web', taskId: `${POD_INSTANCE}.web.1`, state: 'TASK_RUNNING' },
        { name: 'sidecar', taskId: `${POD_INSTANCE}.sidecar.1`, state: 'TASK_RUNNING' },
      ],
    });
  });

  it('has no agent and no containers before Marathon tells of them', () => {
    const task = taskOf(aPodInstance({ agentId: undefined, containers: null }));
    assert.ok(task);
    assert.deepEqual(task.containers, []);
    assert.ok(!('agentId' in task));
  });

  const STATES: readonly (readonly [web: string, sidecar: string, state: string])[] = [
    ['TASK_RUNNING', 'TASK_FINISHED', 'TASK_RUNNING'],
    ['TASK_RUNNING', 'TASK_STARTING', 'TASK_STARTING'],
    ['TASK_RUNNING', 'TASK_KILLING', 'TASK_KILLING'],
    ['TASK_RUNNING', 'TASK_FAILED', 'TASK_FAILED'],
    ['TASK_UNREACHABLE', 'TASK_RUNNING', 'TASK_UNREACHABLE'],
    ['TASK_KILLED', 'TASK_FINISHED', 'TASK_FINISHED'],
    ['TASK_OF_THE_FUTURE', 'TASK_FINISHED', 'TASK_OF_THE_FUTURE'],
  ];
  for (const [web, sidecar, state] of STATES)
    it(`is ${state} where its containers are ${web} and ${sidecar}`, () =>
      assert.equal(taskOf(aPodInstance({}, { status: web }, { status: sidecar }))?.state, state));

  const WITHOUT: readonly (readonly [status: string | undefined, state: string])[] = [
    ['PENDING', 'TASK_STAGING'],
    ['STAGING', 'TASK_STAGING'],
    [undefined, 'TASK_STAGING'],
    ['STABLE', 'TASK_RUNNING'],
    ['TERMINAL', 'TASK_KILLED'],
  ];
  for (const [status, state] of WITHOUT)
    it(`is ${state} where no container is told and it is ${status ?? 'nothing'}`, () =>
      assert.equal(taskOf(aPodInstance({ status, containers: undefined, networks: undefined, agentHostname: undefined }))?.state, state));

  const healthy = (value: string, reason = 'health-reported-by-mesos'): object => ({ conditions: [{ name: 'healthy', value, reason }] });
  const TWO = { containers: [container('web', CHECK), container('sidecar', CHECK)] };
  const OLDER = { specReference: '/v2/pods/shop/pod::versions/2020' };
  const HEALTH: readonly (readonly [sentence: string, health: string, instance: object, spec?: object])[] = [
    ['every check passes', 'healthy', aPodInstance({}, healthy('true'), healthy('true')), TWO],
    ['one fails', 'unhealthy', aPodInstance({}, healthy('true'), healthy('false')), TWO],
    ['one has no result yet', 'unknown', aPodInstance({}, healthy('true'), healthy('false', 'health-unreported-by-mesos')), TWO],
    ['one is not told of', 'unknown', aPodInstance({}, healthy('true'), { conditions: undefined }), TWO],
    ['all that an older version has pass', 'healthy', aPodInstance(OLDER, healthy('true'), { conditions: [] }), TWO],
    ['none has a check', 'unknown', aPodInstance({}, { conditions: [] })],
  ];
  for (const [sentence, health, instance, spec] of HEALTH)
    it(`is ${health}: ${sentence}`, () => assert.equal(taskOf(instance, spec)?.health, health));
});

describe('what is no pod', () => {
  it('is told, and an instance of wrong shape takes only itself out', () => {
    const { value, problems } = toPodEntry(aPod({}, [aPodInstance(), { id: 'second', containers: [{ name: 1 }] }, 7]));
    assert.deepEqual([...(value?.tasks.keys() ?? [])], [POD_INSTANCE]);
    assert.deepEqual(
      problems.map(({ appId, message }) => [appId, /task (.+?) in a shape/.exec(message)?.[1]]),
      [
        ['/shop/pod', 'second'],
        ['/shop/pod', 'without an id'],
      ],
    );
  });

  const BAD: readonly (readonly [what: string, raw: unknown, appId: string])[] = [
    ['nothing', null, ''],
    ['an app', { id: '/a', tasks: [] }, '/a'],
    ['labels that are no texts', aPod({ labels: { HAPROXY_GROUP: 1 } }), '/shop/pod'],
    ['an endpoint without a name', aPod({ containers: [{ name: 'web', endpoints: [{}] }] }), '/shop/pod'],
    ['a port that is none', aPod({ containers: [{ name: 'web', endpoints: [{ name: 'http', containerPort: 70_000 }] }] }), '/shop/pod'],
    ['another network', aPod({ networks: [{ mode: 'ether' }] }), '/shop/pod'],
  ];
  for (const [what, raw, appId] of BAD)
    it(`leaves what was known of a pod: ${what}`, () => {
      const read = toPodEntry(raw);
      assert.deepEqual([read.appId, read.value, read.problems.length], [appId, undefined, 1]);
      assert.match(read.problems[0]?.message ?? '', /^Marathon sent this pod in a shape/);
    });

  it('never throws, whatever Marathon sends', () => {
    const pod = fc.record({ spec: fc.anything(), instances: fc.anything() });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          pod,
          fc.anything().map((rubbish) => aPod({}, [rubbish])),
        ),
        (raw) => {
          const { value, problems } = toPodEntry(raw);
          assert.ok(value !== undefined || problems.length > 0);
        },
      ),
    );
  });

  const LISTS: readonly (readonly [text: string, length: number | undefined])[] = [
    ['[]', 0],
    [` [ ${JSON.stringify(aPod())} , 7 ] `, 2],
    ['{}', undefined],
    ['[{}', undefined],
    ['[] []', undefined],
    ['', undefined],
  ];
  for (const [text, length] of LISTS)
    it(`of ${JSON.stringify(text).slice(0, 20)} ${length ?? 'nothing'} pods are read`, async () => {
      const read = toPodEntries(Buffer.from(text), AbortSignal.timeout(60_000));
      if (length === undefined) await assert.rejects(read, SyntaxError);
      else assert.equal((await read).length, length);
    });
});
