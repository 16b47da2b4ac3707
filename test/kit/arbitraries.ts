import fc from 'fast-check';
import type { App, AppPort } from '../../src/model/app.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import type { AppEntry } from '../../src/model/model.ts';
import type { Task } from '../../src/model/task.ts';
import { aCheck, anApp, anEntry, aTask } from './builders.ts';

/** Few values of each kind, so that apps meet: the same hosts, paths, service ports and backend names. */

const APP_IDS = ['/a/b', '/a_b', '/shop', '/shop/cart', '/z'] as const;
const AGENTS = ['10.0.0.1', '10.0.0.2', 'agent-3.local'] as const;

const appId = fc.constantFrom(...APP_IDS);
const agent = fc.constantFrom(...AGENTS);

/** Label name without HAPROXY_{n}_ -> values. */
const RIGHT = {
  GROUP: ['external', 'internal'],
  ENABLED: ['true', 'no'],
  VHOST: ['shop.example', 'shop.example,api.example', '*.example', '*', '*.shop.example'],
  PATH: ['/', '/cart', '/cart /cart/new', '/cart/new'],
  PORT: ['10001', '10002'],
  MODE: ['http', 'tcp'],
  BALANCE: ['leastconn', 'source', 'uri'],
  STICKY: ['true', 'false'],
  REDIRECT_TO_HTTPS: ['true', 'false'],
  BACKEND_WEIGHT: ['0', '1', '7', '-3'],
  BIND_ADDR: ['127.0.0.1', '127.0.0.2', '*', '::'],
  AUTH: ['Shop:ann:zJSpTOBK1CV8o'],
  BACKEND_HEALTHCHECK_PORT_INDEX: ['0', '1', '-1'],
  TIMEOUT_CLIENT: ['1h'],
  RETRIES: ['0', '10'],
  MAXCONN: ['5'],
} as const;

const WRONG = {
  VHOST: ['bad host'],
  PATH: ['-i /cart'],
  PORT: ['abc'],
  MODE: ['health'],
  BALANCE: ['rm -rf'],
  BIND_ADDR: ['bind :22'],
} as const;

const oneOf = (index: number, table: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<readonly [string, string]> =>
  fc
    .constantFrom(...Object.entries(table))
    .chain(([name, values]) => fc.constantFrom(...values).map((value) => [`HAPROXY_${index}_${name}`, value] as const));

const labelOf = (index: number): fc.Arbitrary<readonly [string, string]> =>
  fc.oneof({ weight: 24, arbitrary: oneOf(index, RIGHT) }, { weight: 1, arbitrary: oneOf(index, WRONG) });

/** One group, and one with the id of an app; dates, targets, and some that are wrong. */
const deployment: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        HAPROXY_DEPLOYMENT_GROUP: fc.constantFrom('blue-green', '/z', ''),
        HAPROXY_DEPLOYMENT_STARTED_AT: fc.constantFrom('2026-01-01T00:00:00', '2026-01-02T00:00:00', 'soon'),
        HAPROXY_DEPLOYMENT_NEW_INSTANCES: fc.constantFrom('0', '1'),
        HAPROXY_DEPLOYMENT_TARGET_INSTANCES: fc.constantFrom('1', '2', 'many'),
      },
      { requiredKeys: ['HAPROXY_DEPLOYMENT_GROUP'] },
    ),
  },
);

const labels: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .tuple(fc.array(fc.nat({ max: 1 }).chain(labelOf), { maxLength: 6, size: 'max' }), deployment)
  .map(([pairs, more]) => ({ HAPROXY_GROUP: 'external', ...Object.fromEntries(pairs), ...more }));

const ports: fc.Arbitrary<readonly AppPort[]> = fc
  .array(fc.record({ servicePort: fc.constantFrom(10000, 10001, 80), protocol: fc.constantFrom('tcp', 'tcp', 'udp', 'udp,tcp') }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((list) => list.map((port, hostPortIndex) => ({ ...port, hostPortIndex, containerPort: 8080 + hostPortIndex })));

/** Where Marathon gave none: to be given out. */
const noServicePorts = {
  network: 'container',
  ports: [],
  definedPorts: [
    { protocol: 'tcp', containerPort: 80 },
    { protocol: 'tcp', containerPort: 443 },
  ],
} as const;

const pod = {
  kind: 'pod',
  ports: [],
  definedPorts: [
    { protocol: 'tcp', name: 'http', container: 'web', containerPort: 80, hostPortIndex: 0 },
    { protocol: 'tcp', name: 'admin', container: 'web', hostPortIndex: 1 },
  ],
} as const;

const app: fc.Arbitrary<App> = fc
  .record({
    id: appId,
    version: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
    labels,
    ports,
    instances: fc.nat({ max: 2 }),
    network: fc.constantFrom('host', 'host', 'container/bridge', 'container'),
    healthChecks: fc.constantFrom([], [aCheck()], [aCheck({ protocol: 'TCP', portIndex: 1 })], [aCheck({ path: '/other' }), aCheck()]),
  })
  .chain((changes) =>
    fc.oneof(
      { weight: 7, arbitrary: fc.constant(anApp(changes)) },
      { weight: 1, arbitrary: fc.constant(anApp({ ...changes, ...noServicePorts })) },
      { weight: 1, arbitrary: fc.constant(anApp({ ...changes, ...pod })) },
      {
        weight: 2,
        arbitrary: fc
          .constantFrom('2026-01-03T00:00:00.000Z', '2026-01-04T00:00:00.000Z')
          .map((lastScalingAt) => anApp({ ...changes, lastScalingAt })),
      },
    ),
  );

const instanceOf = (id: string, number: number): string => `${id.slice(1).replaceAll('/', '_')}.instance-${number}`;

const state = fc.constantFrom(
  'TASK_RUNNING',
  'TASK_RUNNING',
  'TASK_RUNNING',
  'TASK_STAGING',
  'TASK_KILLING',
  'TASK_KILLED',
  'TASK_UNREACHABLE',
);

const taskOf = (id: string): fc.Arbitrary<Task> =>
  fc
    .record({
      number: fc.nat({ max: 3 }),
      host: agent,
      agentId: fc.constantFrom(undefined, 'ab12-S0', 'ab12-S1'),
      hasContainers: fc.boolean(),
      port: fc.constantFrom(31000, 31001, 31002),
      state,
      health: fc.constantFrom('healthy', 'unhealthy', 'unknown'),
    })
    .map(({ number, host, port, agentId, hasContainers, ...rest }) =>
      aTask({
        ...rest,
        ...(agentId === undefined ? {} : { agentId }),
        ...(hasContainers ? { containers: [{ name: 'web', taskId: `${instanceOf(id, number)}.web.1`, state: 'TASK_RUNNING' }] } : {}),
        id: `${instanceOf(id, number)}._app.1`,
        instanceId: instanceOf(id, number),
        host,
        ipAddresses: [`10.9.0.${number + 1}`],
        ports: [port, port + 100],
      }),
    );

export const entry: fc.Arbitrary<AppEntry> = app.chain((one) =>
  fc.array(taskOf(one.id), { maxLength: 3, size: 'max' }).map((tasks) => anEntry(one, tasks)),
);

const instance = fc.record({ appId, number: fc.nat({ max: 3 }) }).map((where) => ({
  appId: where.appId,
  instanceId: instanceOf(where.appId, where.number),
}));

/** Any event that Marathon might send, in any order. */
export const modelEvent: fc.Arbitrary<ModelEvent> = fc.oneof(
  { weight: 6, arbitrary: entry.map((one): ModelEvent => ({ kind: 'app', entry: one })) },
  { weight: 1, arbitrary: appId.map((id): ModelEvent => ({ kind: 'app-gone', appId: id })) },
  {
    weight: 4,
    arbitrary: appId.chain((id) => taskOf(id).map((task): ModelEvent => ({ kind: 'task', appId: id, task }))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(instance, fc.constantFrom('Running', 'Killing', 'Killed', 'Unreachable'))
      .map(([where, condition]): ModelEvent => ({ kind: 'instance-condition', ...where, condition })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(instance, fc.constantFrom(true, false, undefined))
      .map(([where, healthy]): ModelEvent => ({ kind: 'instance-health', ...where, healthy })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(instance, fc.boolean()).map(([where, alive]): ModelEvent => ({ kind: 'check-result', ...where, alive })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.uniqueArray(entry, { maxLength: 4, selector: (one) => one.app.id }), fc.subarray([...APP_IDS]), fc.boolean())
      .map(([entries, keep, keepsPods]): ModelEvent => ({ kind: 'snapshot', entries, keep: new Set(keep), keepsPods })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('10.8.0.3', '10.8.0.4')
      .map((address): ModelEvent => ({ kind: 'host-address', host: 'agent-3.local', address })),
  },
);
