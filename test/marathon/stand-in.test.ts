import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { PersonalityName } from '../../src/demo/personality.ts';
import type { StandIn } from '../../src/demo/stand-in.ts';
import { toEntries, toPodEntries } from '../../src/marathon/payload/list.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { call, deploy, standInFor } from '../demo/client.ts';
import { without } from '../kit/builders.ts';
import { follow, until, type Followed } from './following.ts';

const APP = {
  id: '/shop/cart',
  cmd: './cart --port $PORT0',
  instances: 2,
  labels: { HAPROXY_GROUP: 'external' },
  portDefinitions: [{ port: 10001, name: 'http' }],
  healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0, intervalSeconds: 2, timeoutSeconds: 1, gracePeriodSeconds: 10 }],
};

const BRIDGED = {
  id: '/shop/web',
  instances: 1,
  container: { type: 'DOCKER', docker: { image: 'nginx' }, portMappings: [{ containerPort: 80, hostPort: 0, servicePort: 10002 }] },
  networks: [{ mode: 'container/bridge' }],
};

/** Without `since`: who has just come knows less of the past. */
const byId = (entries: Iterable<AppEntry>): Map<string, Omit<AppEntry, 'since'>> =>
  new Map([...entries].map((entry) => [entry.app.id, without(entry, 'since')]));

/** What a client that has just come would know. */
const freshRead = async (standIn: StandIn): Promise<ReturnType<typeof byId>> => {
  const bytes = async (path: string): Promise<Buffer> => {
    const response = await fetch(`${standIn.leaderUrl ?? standIn.url}${path}`);
    return Buffer.from(await response.arrayBuffer());
  };
  const apps = await toEntries(await bytes('/v2/apps?embed=apps.tasks'), AbortSignal.timeout(5_000));
  const pods = await toPodEntries(await bytes('/v2/pods/::status'), AbortSignal.timeout(5_000));
  return byId([...apps, ...pods].flatMap(({ value }) => value ?? []));
};

/** The followed model comes to be what a fresh read tells. */
const agrees = async (standIn: StandIn, { model }: Followed, limitMs = 10_000): Promise<void> => {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const fresh = await freshRead(standIn);
    if (isDeepStrictEqual(byId(model.apps.values()), fresh)) return;
    if (performance.now() > endMs) assert.deepEqual(byId(model.apps.values()), fresh);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const healthyTasks = ({ model }: Followed, appId: string): number =>
  [...(model.apps.get(appId)?.tasks.values() ?? [])].filter(({ state, health }) => state === 'TASK_RUNNING' && health === 'healthy').length;

const PERSONALITIES: readonly PersonalityName[] = ['legacy', '1.5', '1.8', '1.10'];

for (const personality of PERSONALITIES) {
  test(`deployments are followed by events and single reads alone (Marathon ${personality})`, async (t) => {
    const standIn = await standInFor(t, { personality });
    const followed = follow(t, [standIn.url]);
    await until(() => followed.source.state().lastFullReadAtMs !== undefined);

    await deploy(standIn, 'POST', '/v2/apps', APP);
    await until(() => healthyTasks(followed, '/shop/cart') === 2);
    await deploy(standIn, 'POST', '/v2/apps', BRIDGED);
    await agrees(standIn, followed);
    assert.equal(followed.model.apps.size, 2);

    await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 4 });
    await until(() => healthyTasks(followed, '/shop/cart') === 4);
    await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { labels: { HAPROXY_GROUP: 'internal' } });
    await agrees(standIn, followed);
    assert.equal(followed.model.apps.get('/shop/cart')?.app.labels['HAPROXY_GROUP'], 'internal');

    await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 1 });
    await agrees(standIn, followed);
    await deploy(standIn, 'DELETE', '/v2/apps/shop/cart');
    await agrees(standIn, followed);
    assert.deepEqual([...followed.model.apps.keys()], ['/shop/web']);

    const { reconnects, brokenEvents, problems } = followed.source.state();
    assert.deepEqual({ reconnects, brokenEvents, problems }, { reconnects: 0, brokenEvents: 0, problems: [] });
    const full = followed.events.filter(({ kind }) => kind === 'snapshot');
    assert.equal(full.length, 1);
  });
}

test('a task that falls ill and one that fails are known before any read', async (t) => {
  const standIn = await standInFor(t, { seed: [APP] });
  const followed = follow(t, [standIn.url]);
  await until(() => healthyTasks(followed, '/shop/cart') === 2);
  const [ill, failing] = [...(followed.model.apps.get('/shop/cart')?.tasks.keys() ?? [])];
  assert.ok(ill !== undefined && failing !== undefined);
  standIn.faults.setHealth(ill, 'fail');
  await until(() => followed.model.apps.get('/shop/cart')?.tasks.get(ill)?.health === 'unhealthy');
  await standIn.faults.failTask(failing);
  await until(() => followed.events.some((event) => event.kind === 'task' && event.task.state === 'TASK_FAILED'));
  await agrees(standIn, followed);
});

test('cut streams, lost events and bad answers only delay the truth', async (t) => {
  const standIn = await standInFor(t, { seed: [APP] });
  const followed = follow(t, [standIn.url], { auditIntervalMs: 150 });
  await until(() => healthyTasks(followed, '/shop/cart') === 2);
  standIn.faults.cutStreams();
  await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 3 });
  await agrees(standIn, followed);
  standIn.faults.dropEvents(1_000);
  await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 1 });
  await agrees(standIn, followed);
  standIn.faults.clear();
  standIn.faults.duplicateEvents(50);
  await deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 2 });
  await until(() => healthyTasks(followed, '/shop/cart') === 2);
  const { length } = followed.states;
  standIn.faults.truncateNext();
  await until(() => followed.states.slice(length).some(({ connected }) => !connected));
  await until(() => followed.source.state().connected);
  await agrees(standIn, followed);
  assert.ok(!followed.events.some((event) => event.kind === 'snapshot' && event.entries.length === 0));
});

for (const personality of ['1.5', '1.10'] as const) {
  test(`a leader that goes is followed by the next, and no app is lost on the way (Marathon ${personality})`, async (t) => {
    const standIn = await standInFor(t, { personality, instances: 3, seed: [APP], credentials: { user: 'mia', password: 'secret' } });
    const followed = follow(t, standIn.urls, { credentials: { user: 'mia', password: 'secret' }, pollIntervalMs: 100 });
    await until(() => healthyTasks(followed, '/shop/cart') === 2);
    const before = followed.events.length;
    standIn.faults.abdicate();
    await until(() => followed.states.some(({ streaming }) => !streaming));
    await until(() => followed.source.state().streaming && followed.source.state().leader === standIn.leaderUrl);
    const snapshots = followed.events.slice(before).filter((event) => event.kind === 'snapshot');
    assert.ok(snapshots.every(({ entries }) => entries.length === 1));
    assert.equal(followed.model.apps.size, 1);
  });
}

const POD = {
  id: '/shop/pod',
  labels: { HAPROXY_GROUP: 'external' },
  networks: [{ mode: 'host' }],
  containers: [
    {
      name: 'web',
      resources: { cpus: 0.1, mem: 32 },
      endpoints: [{ name: 'http', hostPort: 0 }],
      healthCheck: { http: { endpoint: 'http', path: '/' }, intervalSeconds: 2 },
    },
    { name: 'sidecar', resources: { cpus: 0.1, mem: 32 } },
  ],
  scaling: { kind: 'fixed', instances: 2 },
};

const scaled = (instances: number): object => ({ ...POD, scaling: { kind: 'fixed', instances } });

for (const personality of PERSONALITIES) {
  test(`pods are followed by events and single reads alone (Marathon ${personality})`, async (t) => {
    const standIn = await standInFor(t, { personality, seed: [APP] });
    const followed = follow(t, [standIn.url]);
    await until(() => followed.model.apps.size === 1);

    await deploy(standIn, 'POST', '/v2/pods', POD);
    await until(() => healthyTasks(followed, '/shop/pod') === 2);
    await agrees(standIn, followed);
    await deploy(standIn, 'PUT', '/v2/pods/shop/pod', scaled(3));
    await until(() => healthyTasks(followed, '/shop/pod') === 3);
    const [killed = ''] = [...(followed.model.apps.get('/shop/pod')?.tasks.keys() ?? [])];
    const { status } = await call(standIn, 'DELETE', `/v2/pods/shop/pod::instances/${killed}`);
    assert.equal(status, 200);
    await until(() => healthyTasks(followed, '/shop/pod') < 3);
    await until(() => healthyTasks(followed, '/shop/pod') === 3);
    await deploy(standIn, 'PUT', '/v2/pods/shop/pod', { ...scaled(1), labels: { HAPROXY_GROUP: 'internal' } });
    await agrees(standIn, followed);
    assert.equal(followed.model.apps.get('/shop/pod')?.app.labels['HAPROXY_GROUP'], 'internal');
    await deploy(standIn, 'DELETE', '/v2/pods/shop/pod');
    await agrees(standIn, followed);
    assert.deepEqual([...followed.model.apps.keys()], ['/shop/cart']);

    const { brokenEvents, problems } = followed.source.state();
    assert.deepEqual({ brokenEvents, problems }, { brokenEvents: 0, problems: [] });
    assert.equal(followed.events.filter(({ kind }) => kind === 'snapshot').length, 1);
  });
}
