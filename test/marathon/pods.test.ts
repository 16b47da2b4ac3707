import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { sendJson, type FakeMarathon } from './fake-marathon.ts';
import { fake, follow, type Followed, until } from './following.ts';
import { aPod, aPodInstance, POD_INSTANCE } from './pod-samples.ts';
import { anApp, deployment } from './samples.ts';

const ids = ({ model }: Followed): readonly string[] => [...model.apps.keys()].sort();
const stateOf = ({ model }: Followed): string | undefined => model.apps.get('/shop/pod')?.tasks.get(POD_INSTANCE)?.state;
const lines = ({ log }: Followed, text: RegExp): number => log.filter((line) => text.test(line)).length;

/** A full read that nobody else asks for, and that has ended. */
const refresh = async (followed: Followed): Promise<void> => {
  const before = followed.source.state().lastFullReadAtMs ?? 0;
  await until(() => Date.now() > before);
  followed.source.refresh();
  await until(() => (followed.source.state().lastFullReadAtMs ?? 0) > before);
};

const podEvent = (event: object): Record<string, unknown> => ({
  runSpecId: '/shop/pod',
  instanceId: POD_INSTANCE,
  timestamp: '2021-07-27T14:40:41.021Z',
  eventType: 'instance_changed_event',
  ...event,
});

test('pods are read beside apps', async (t) => {
  const marathon = await fake(t, [anApp()]);
  marathon.pods = [aPod()];
  const followed = follow(t, [marathon.url]);
  await until(() => followed.model.apps.size === 2);
  assert.deepEqual(ids(followed), ['/shop/cart', '/shop/pod']);
  assert.equal(stateOf(followed), 'TASK_RUNNING');
});

test('the end of an instance is in the model before its pod is read again', async (t) => {
  const marathon = await fake(t, []);
  marathon.pods = [aPod()];
  const followed = follow(t, [marathon.url]);
  await until(() => stateOf(followed) === 'TASK_RUNNING');
  marathon.onPods = () => undefined;
  marathon.send(podEvent({ condition: 'Killing' }));
  await until(() => stateOf(followed) === 'TASK_KILLING');
  await until(() => marathon.podRequests.includes('/v2/pods/shop/pod::status'));
});

test('a pod that a deployment names is read, and one that is deleted goes', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const followed = follow(t, [marathon.url]);
  await until(() => followed.model.apps.size === 1);
  marathon.pods = [aPod()];
  const { plan, ...rest } = deployment([]);
  marathon.send({ ...rest, plan: { ...(plan as object), steps: [{ actions: [{ action: 'StartPod', pod: '/shop/pod' }] }] } });
  await until(() => followed.model.apps.size === 2);
  marathon.pods = [];
  marathon.send({ clientIp: '10.0.0.9', uri: '/v2/pods//shop/pod', eventType: 'pod_deleted_event' });
  await until(() => followed.model.apps.size === 1);
  assert.ok(followed.events.some((event) => event.kind === 'apps-ended' && event.appIds.includes('/shop/pod')));
});

test('an app in the place of a pod, and a pod in the place of an app, are found', async (t) => {
  const marathon = await fake(t, []);
  marathon.pods = [aPod()];
  const followed = follow(t, [marathon.url]);
  const kind = (): string | undefined => {
    const app = followed.model.apps.get('/shop/pod')?.app;
    return app === undefined ? undefined : (app.kind ?? 'app');
  };
  await until(() => kind() === 'pod');
  marathon.apps = [anApp({ id: '/shop/pod' })];
  marathon.pods = [];
  marathon.send(deployment(['/shop/pod']));
  await until(() => kind() === 'app');
  marathon.apps = [];
  marathon.pods = [aPod()];
  marathon.send(deployment(['/shop/pod']));
  await until(() => kind() === 'pod');
});

const FAILING: readonly (readonly [what: string, answer: (response: ServerResponse) => void])[] = [
  ['500', (response) => response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>no')],
  ['500 in words of Marathon', (response) => sendJson(response, 500, { message: 'Futures timed out' })],
  ['a list that is cut off', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":"/shop')],
  ['something else', (response) => sendJson(response, 200, { pods: [] })],
];

for (const [what, answer] of FAILING) {
  test(`where Marathon answers ${what} to the question for pods, they stay, and apps go on`, async (t) => {
    const marathon = await fake(t, [anApp()]);
    marathon.pods = [aPod({}, [aPodInstance(), { id: 7 }])];
    const followed = follow(t, [marathon.url]);
    await until(() => followed.model.apps.size === 2);
    marathon.onPods = (_path, response) => answer(response);
    marathon.apps = [anApp({ id: '/other' })];
    await refresh(followed);
    await refresh(followed);
    assert.deepEqual(ids(followed), ['/other', '/shop/pod']);
    assert.equal(stateOf(followed), 'TASK_RUNNING');
    const problems = followed.source.state().problems.map(({ appId }) => appId);
    assert.deepEqual(problems.sort(), ['/', '/shop/pod']);
    assert.equal(lines(followed, /"level":40.*pods cannot be read/), 1);
    marathon.onPods = undefined;
    marathon.pods = [];
    await refresh(followed);
    assert.deepEqual(ids(followed), ['/other']);
    assert.deepEqual(followed.source.state().problems, []);
  });
}

const NONE: readonly (readonly [what: string, answer: (response: ServerResponse) => void])[] = [
  ['that it has no such path (Marathon 1.3)', (response) => sendJson(response, 404, { message: 'URI not found: /v2/pods/::status' })],
  ['that it has no such path (later)', (response) => sendJson(response, 500, { message: 'URI not found' })],
  ['404 by a proxy that lets apps through only', (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>no')],
  ['that this user may not', (response) => sendJson(response, 403, { message: 'Not Authorized to perform this action!' })],
];

const hasNoPods = (marathon: FakeMarathon, answer: (response: ServerResponse) => void): void => {
  marathon.onPods = (_path, response) => answer(response);
};

for (const [what, answer] of NONE) {
  test(`a Marathon that says ${what} is asked for no pods but with all, and it is told once`, async (t) => {
    const marathon = await fake(t, [anApp(), anApp({ id: '/gone' })]);
    hasNoPods(marathon, answer);
    const followed = follow(t, [marathon.url]);
    await until(() => followed.model.apps.size === 2);
    await refresh(followed);
    assert.equal(lines(followed, /pods are not read/), 1);
    assert.deepEqual(followed.source.state().problems, []);
    marathon.apps = [anApp()];
    marathon.send({ appId: '/gone', eventType: 'app_terminated_event' });
    await until(() => followed.model.apps.size === 1);
    assert.ok(marathon.podRequests.every((path) => path === '/v2/pods/::status'));
  });

  test(`pods that were known stay when Marathon says ${what}`, async (t) => {
    const marathon = await fake(t, [anApp()]);
    marathon.pods = [aPod()];
    const followed = follow(t, [marathon.url]);
    await until(() => followed.model.apps.size === 2);
    hasNoPods(marathon, answer);
    await refresh(followed);
    assert.deepEqual(ids(followed), ['/shop/cart', '/shop/pod']);
  });
}

test('the first picture waits for pods that cannot be read', async (t) => {
  const marathon = await fake(t, [anApp()]);
  marathon.pods = [aPod()];
  let asked = 0;
  marathon.onPods = (_path, response) => {
    asked += 1;
    if (asked === 2) marathon.onPods = undefined;
    response.writeHead(503).end();
  };
  const followed = follow(t, [marathon.url], { limits: { podsPatienceMs: 60_000, urgentMs: 10 } });
  await until(() => followed.model.apps.size > 0);
  assert.deepEqual([ids(followed), asked], [['/shop/cart', '/shop/pod'], 2]);
});

test('the first picture does not wait for them for ever', async (t) => {
  const marathon = await fake(t, [anApp()]);
  marathon.onPods = (_path, response) => response.writeHead(503).end();
  const followed = follow(t, [marathon.url], { limits: { podsPatienceMs: 0 } });
  await until(() => followed.model.apps.size === 1);
  const [snapshot] = followed.events.filter((event) => event.kind === 'snapshot');
  assert.equal(snapshot?.keepsPods, true);
});

test('a pod that this user may not see is left alone, whatever its instances do', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const followed = follow(t, [marathon.url]);
  await until(() => followed.model.apps.size === 1);
  marathon.onPods = (_path, response) => sendJson(response, 403, { message: 'no' });
  marathon.send(podEvent({ condition: 'Running' }));
  await until(() => lines(followed, /"answer":"hidden"/) === 1);
  marathon.send(podEvent({ condition: 'Killed' }));
  marathon.send(deployment(['/shop/cart']));
  await until(() => marathon.requests.some(({ path }) => path === '/v2/apps/shop/cart'));
  assert.deepEqual(ids(followed), ['/shop/cart']);
  assert.equal(marathon.podRequests.filter((path) => path === '/v2/pods/shop/pod::status').length, 1);
});
