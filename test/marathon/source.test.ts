import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fake, follow, until } from './following.ts';
import { aTask, anApp, deployment, INSTANCE, statusUpdate, TASK } from './samples.ts';

test('the list is read as soon as the stream is attached', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const { model, source } = follow(t, [marathon.url]);
  await until(() => model.apps.size === 1);
  assert.equal(model.apps.get('/shop/cart')?.tasks.get(TASK)?.health, 'healthy');
  assert.deepEqual(
    marathon.requests.map(({ path }) => path.split('?')[0]),
    ['/v2/events', '/v2/apps'],
  );
  const { connected, streaming, url, leader, problems } = source.state();
  assert.deepEqual(
    { connected, streaming, url, leader, problems },
    { connected: true, streaming: true, url: marathon.url, leader: marathon.url, problems: [] },
  );
});

test('an event reaches the model before its app is read again', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const { model } = follow(t, [marathon.url]);
  await until(() => model.apps.size === 1);
  marathon.onApp = () => undefined;
  marathon.send(statusUpdate({ taskStatus: 'TASK_KILLED' }));
  await until(() => model.apps.get('/shop/cart')?.tasks.get(TASK)?.state === 'TASK_KILLED');
  await until(() => marathon.requests.some(({ path }) => path === '/v2/apps/shop/cart'));
});

test('an app that a deployment names is read, and one that is deleted goes', async (t) => {
  const marathon = await fake(t, []);
  const { model } = follow(t, [marathon.url]);
  await until(() => marathon.streams.size === 1);
  marathon.apps = [anApp()];
  marathon.send(deployment(['/shop/cart']));
  await until(() => model.apps.has('/shop/cart'));
  marathon.apps = [];
  marathon.send({ appId: '/shop/cart', eventType: 'app_terminated_event' });
  await until(() => !model.apps.has('/shop/cart'));
});

test('what an event said during a read of its app is not taken back by the answer', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const { model, events } = follow(t, [marathon.url]);
  await until(() => model.apps.size === 1);
  let answer: (() => void) | undefined;
  marathon.onApp = (_appId, _request, response) => {
    const stale = JSON.stringify({ app: anApp() });
    answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(stale);
  };
  marathon.send({ runSpecId: '/shop/cart', instanceId: INSTANCE, healthy: true, eventType: 'instance_health_changed_event' });
  await until(() => answer !== undefined);
  marathon.send(statusUpdate({ taskStatus: 'TASK_FAILED' }));
  await until(() => model.apps.get('/shop/cart')?.tasks.get(TASK)?.state === 'TASK_FAILED');
  marathon.onApp = undefined;
  marathon.apps = [anApp({ tasks: [aTask({ state: 'TASK_FAILED', ports: [] })] })];
  const before = events.length;
  answer?.();
  await until(() => events.slice(before).some(({ kind }) => kind === 'app'));
  assert.equal(model.apps.get('/shop/cart')?.tasks.get(TASK)?.state, 'TASK_FAILED');
  await until(() => events.slice(before).filter(({ kind }) => kind === 'app').length === 2);
});
