import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import type { MarathonOptions } from '../../src/marathon/options.ts';
import { frame, type FakeMarathon } from './fake-marathon.ts';
import { fake, follow, until, type Followed } from './following.ts';
import { aTask, anApp, deployment, statusUpdate, TASK } from './samples.ts';

const attached = async (t: TestContext, options?: Partial<MarathonOptions>): Promise<{ marathon: FakeMarathon; followed: Followed }> => {
  const marathon = await fake(t, [anApp()]);
  const followed = follow(t, [marathon.url], options);
  await until(() => followed.model.apps.size === 1);
  return { marathon, followed };
};

const stateOf = ({ model }: Followed): string | undefined => model.apps.get('/shop/cart')?.tasks.get(TASK)?.state;
/** An event told it; the read that confirms may have put it right since. */
const wasTold = ({ events }: Followed, state: string): boolean =>
  events.some((event) => event.kind === 'task' && event.task.state === state);
const count = (marathon: FakeMarathon, start: string): number => marathon.requests.filter(({ path }) => path.startsWith(start)).length;
const lists = (marathon: FakeMarathon): number => count(marathon, '/v2/apps?');

const streamHead = (response: ServerResponse): ServerResponse => {
  response.writeHead(200, { 'content-type': 'text/event-stream;charset=utf-8', connection: 'close' }).flushHeaders();
  return response;
};

test('the request is what Marathon wants: its filter, its light plans, and an exact Accept', async (t) => {
  const { marathon } = await attached(t);
  const [request] = marathon.requests;
  const query = new URLSearchParams(request?.path.split('?')[1]);
  assert.equal(query.get('plan-format'), 'light');
  assert.ok(query.getAll('event_type').includes('status_update_event'));
  assert.equal(request?.headers.accept, 'text/event-stream');
});

test('a silent stream is given up and opened again', async (t) => {
  const { marathon, followed } = await attached(t, { heartbeatMs: 30 });
  await until(() => count(marathon, '/v2/events') >= 2);
  assert.ok(
    followed.states.some(({ streaming, lastError }) => !streaming && /sent no byte on the event stream/.test(lastError?.message ?? '')),
  );
});

test('bare line ends keep a stream alive', async (t) => {
  const { marathon, followed } = await attached(t, { heartbeatMs: 100 });
  let beats = 0;
  const heart = setInterval(() => {
    beats += 1;
    marathon.write(beats % 2 === 1 ? '\r' : '\n');
  }, 20);
  await until(() => beats > 40);
  clearInterval(heart);
  assert.equal(followed.source.state().reconnects, 0);
});

test('an event that arrives byte by byte, with CR and LF apart and letters cut in two, is one event', async (t) => {
  const { marathon, followed } = await attached(t);
  for (const byte of Buffer.from(frame(statusUpdate({ taskStatus: 'TASK_LOST', message: 'grün ☂' })))) {
    marathon.write(Uint8Array.of(byte));
    await new Promise(setImmediate);
  }
  await until(() => wasTold(followed, 'TASK_LOST'));
  assert.equal(followed.source.state().brokenEvents, 0);
});

test('a stream cut in the middle of an event is opened again, and the list read again', async (t) => {
  const { marathon, followed } = await attached(t);
  marathon.apps = [anApp({ tasks: [aTask({ state: 'TASK_LOST' })] })];
  for (const stream of marathon.streams) {
    stream.write(frame(statusUpdate()).slice(0, 60));
    stream.end();
  }
  await until(() => stateOf(followed) === 'TASK_LOST');
  assert.equal(followed.source.state().reconnects, 1);
});

test('200 and then the end, as a leader answers that is not ready: pauses grow, the list is still read', async (t) => {
  const marathon = await fake(t, [anApp()]);
  marathon.onEvents = (_request, response) => streamHead(response).end();
  const followed = follow(t, [marathon.url], { pollIntervalMs: 20, maxBackoffMs: 100_000, limits: { backoffBaseMs: 15 } });
  await until(() => lists(marathon) >= 8);
  assert.ok(count(marathon, '/v2/events') <= 7, `${count(marathon, '/v2/events')} streams`);
  marathon.onEvents = undefined;
  await until(() => followed.source.state().streaming && marathon.streams.size === 1);
});

test('while there is no stream, full reads go on', async (t) => {
  const marathon = await fake(t, [anApp()]);
  marathon.onEvents = (_request, response) => response.writeHead(503).end('no leader');
  const { model } = follow(t, [marathon.url], { pollIntervalMs: 20, limits: { attachMs: 20 } });
  await until(() => model.apps.size === 1);
  marathon.apps = [anApp(), anApp({ id: '/second' })];
  await until(() => model.apps.size === 2);
});

test('a stream that keeps failing does not put the full reads off', async (t) => {
  const marathon = await fake(t, [anApp()]);
  marathon.onEvents = (_request, response) => response.writeHead(503).end('no leader');
  follow(t, [marathon.url], { pollIntervalMs: 200, maxBackoffMs: 20, limits: { attachMs: 0 } });
  await until(() => lists(marathon) >= 4);
});

test('when reads succeed again, a stream does not wait out its long pause', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const refuse = (_request: unknown, response: ServerResponse): void => void response.writeHead(503).end();
  Object.assign(marathon, { onEvents: refuse, onApps: refuse });
  const limits = { backoffBaseMs: 60_000, urgentMs: 20, attachMs: 20 };
  const { source } = follow(t, [marathon.url], { maxBackoffMs: 600_000, limits });
  await until(() => lists(marathon) >= 2 && count(marathon, '/v2/events') === 1);
  Object.assign(marathon, { onEvents: undefined, onApps: undefined });
  await until(() => source.state().streaming);
});

const NO_STREAMS: readonly (readonly [sentence: string, status: number, headers: Record<string, string>, code: string, message: RegExp])[] =
  [
    ['401', 401, { 'content-type': 'text/html' }, 'MARATHON_REFUSED', /401: user or password/],
    ['403', 403, {}, 'MARATHON_REFUSED', /403: this user may not/],
    ['404', 404, {}, 'MARATHON_NONSENSE', /404: check that this is Marathon's base URL/],
    ['503', 503, {}, 'MARATHON_UNREACHABLE', /503/],
    ['204', 204, {}, 'MARATHON_NONSENSE', /204/],
    ["a proxy's page with 200", 200, { 'content-type': 'text/html' }, 'MARATHON_NONSENSE', /"text\/html" and not with an event stream/],
  ];

for (const [sentence, status, headers, code, message] of NO_STREAMS) {
  test(`an answer that is no stream is told and tried again: ${sentence}`, async (t) => {
    const marathon = await fake(t, [anApp()]);
    marathon.onEvents = (_request, response) => response.writeHead(status, headers).end(status === 204 ? undefined : '<html>');
    const { states } = follow(t, [marathon.url]);
    await until(() => count(marathon, '/v2/events') >= 3);
    const { lastError } = states[0] ?? {};
    assert.equal(lastError?.code, code);
    assert.match(lastError.message, message);
  });
}

test('an event of 10 MB is read; one beyond the limit is counted, the list is read in its place, and the stream goes on', async (t) => {
  const { marathon, followed } = await attached(t, { limits: { eventBytes: 12 * 1024 * 1024 } });
  marathon.write(frame(statusUpdate({ taskStatus: 'TASK_LOST', message: 'x'.repeat(10 * 1024 * 1024) })));
  await until(() => wasTold(followed, 'TASK_LOST'));
  assert.equal(followed.source.state().reconnects, 0);
  const before = lists(marathon);
  marathon.write(frame(statusUpdate({ taskStatus: 'TASK_FAILED', message: 'x'.repeat(40 * 1024 * 1024) })));
  await until(() => lists(marathon) > before);
  marathon.send(statusUpdate({ taskStatus: 'TASK_FINISHED' }));
  await until(() => wasTold(followed, 'TASK_FINISHED'));
  assert.equal(wasTold(followed, 'TASK_FAILED'), false);
  const { brokenEvents, reconnects } = followed.source.state();
  assert.deepEqual([brokenEvents, reconnects], [1, 0]);
});

const BROKEN: readonly (readonly [sentence: string, bytes: string | Uint8Array])[] = [
  ['no JSON', 'event: status_update_event\r\ndata: {"taskId":\r\n\r\n'],
  ['a wrong shape', frame({ eventType: 'status_update_event', taskId: 7 })],
  [
    'no UTF-8',
    Buffer.concat([Buffer.from('event: app_terminated_event\r\ndata: {"appId":"/'), Uint8Array.of(0xff), Buffer.from('"}\r\n\r\n')]),
  ],
];

for (const [sentence, bytes] of BROKEN) {
  test(`an event that cannot be read is counted, and the list is read in its place: ${sentence}`, async (t) => {
    const { marathon, followed } = await attached(t);
    const before = lists(marathon);
    marathon.write(bytes);
    await until(() => lists(marathon) > before);
    assert.equal(followed.source.state().brokenEvents, 1);
    assert.equal(followed.source.state().reconnects, 0);
  });
}

test('events that the server calls error, open or message change nothing', async (t) => {
  const { marathon, followed } = await attached(t);
  marathon.write('event: error\r\ndata: {}\r\n\r\nevent: open\r\ndata: {}\r\n\r\ndata: {}\r\n\r\nretry: 1\r\nid: 7\r\n\r\n');
  marathon.send(statusUpdate({ taskStatus: 'TASK_LOST' }));
  await until(() => wasTold(followed, 'TASK_LOST'));
  const { streaming, reconnects, brokenEvents } = followed.source.state();
  assert.deepEqual({ streaming, reconnects, brokenEvents }, { streaming: true, reconnects: 0, brokenEvents: 0 });
});

test('a change between the head of the stream and its attachment is seen: the list is read after the first event', async (t) => {
  const marathon = await fake(t, [anApp()]);
  let stream: ServerResponse | undefined;
  marathon.onEvents = (_request, response) => (stream = streamHead(response));
  const { model } = follow(t, [marathon.url], { limits: { attachMs: 10 } });
  await until(() => model.apps.size === 1);
  marathon.apps = [anApp(), anApp({ id: '/second' })];
  stream?.write(frame({ eventType: 'event_stream_attached', remoteAddress: '127.0.0.1' }));
  await until(() => model.apps.size === 2);
});

test('an event during a full read is neither lost nor overwritten by it', async (t) => {
  const { marathon, followed } = await attached(t);
  let answer: (() => void) | undefined;
  marathon.onApps = (_request, response) => {
    const stale = JSON.stringify({ apps: [anApp(), anApp({ id: '/second', tasks: [] })] });
    answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(stale);
  };
  followed.source.refresh();
  await until(() => answer !== undefined);
  marathon.apps = [anApp({ tasks: [aTask({ state: 'TASK_FAILED' })] }), anApp({ id: '/second', tasks: [] })];
  marathon.send(statusUpdate({ taskStatus: 'TASK_FAILED' }));
  await until(() => stateOf(followed) === 'TASK_FAILED');
  const states: (string | undefined)[] = [];
  const before = followed.events.length;
  answer?.();
  await until(() => {
    states.push(stateOf(followed));
    return followed.model.apps.size === 2;
  });
  assert.deepEqual(new Set([...states, stateOf(followed)]), new Set(['TASK_FAILED']));
  const snapshot = followed.events.slice(before).find((event) => event.kind === 'snapshot');
  assert.deepEqual([...(snapshot?.keep ?? [])], ['/shop/cart']);
});

test('an app that is gone does not come back with a full read that began before', async (t) => {
  const { marathon, followed } = await attached(t);
  let answer: (() => void) | undefined;
  marathon.onApps = (_request, response) => {
    answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ apps: [anApp()] }));
  };
  followed.source.refresh();
  await until(() => answer !== undefined);
  marathon.apps = [];
  marathon.send(deployment(['/shop/cart'], 'deployment_success'));
  await until(() => followed.model.apps.size === 0);
  const before = followed.events.length;
  answer?.();
  await until(() => followed.events.slice(before).some(({ kind }) => kind === 'snapshot'));
  assert.equal(followed.model.apps.size, 0);
});

test('an app of wrong shape stays as it was, and is told once', async (t) => {
  const { marathon, followed } = await attached(t);
  marathon.apps = [anApp({ labels: { HAPROXY_GROUP: 5 } }), anApp({ id: '/second' })];
  followed.source.refresh();
  await until(() => followed.model.apps.size === 2);
  marathon.send(deployment(['/shop/cart']));
  await until(() => count(marathon, '/v2/apps/shop/cart') === 1);
  followed.source.refresh();
  await until(() => lists(marathon) === 3);
  assert.deepEqual(
    followed.problems.map(({ appId }) => appId),
    ['/shop/cart'],
  );
  assert.equal(followed.model.apps.get('/shop/cart')?.app.labels['HAPROXY_GROUP'], 'external');
  marathon.apps = [anApp(), anApp({ id: '/second' })];
  followed.source.refresh();
  await until(() => followed.source.state().problems.length === 0);
});

test('10,000 events of one app cost few reads, and the last of them is in the model', async (t) => {
  const { marathon, followed } = await attached(t);
  const before = marathon.requests.length;
  let text = '';
  for (let n = 0; n < 10_000; n += 1) text += frame(statusUpdate({ taskStatus: n % 2 === 0 ? 'TASK_UNREACHABLE' : 'TASK_RUNNING' }));
  marathon.write(text);
  await until(() => followed.events.filter(({ kind }) => kind === 'task').length >= 10_000);
  assert.equal(stateOf(followed), 'TASK_RUNNING');
  assert.ok(marathon.requests.length - before <= 60, `${marathon.requests.length - before} reads`);
});

test('events of hundreds of apps at once lead to full reads in place of hundreds of single ones', async (t) => {
  const many = Array.from({ length: 500 }, (_, n) => anApp({ id: `/app-${n}`, tasks: [] }));
  const marathon = await fake(t, []);
  const { model } = follow(t, [marathon.url]);
  await until(() => marathon.streams.size === 1 && lists(marathon) === 1);
  marathon.apps = many;
  marathon.write(many.map((app) => frame({ eventType: 'app_terminated_event', appId: (app as { id: string }).id })).join(''));
  await until(() => model.apps.size === 500);
  assert.ok(count(marathon, '/v2/apps/') <= 200, `${count(marathon, '/v2/apps/')} single reads`);
  assert.ok(lists(marathon) >= 2);
});

test('a deployment of many apps is one full read', async (t) => {
  const { marathon, followed } = await attached(t);
  const ids = Array.from({ length: 300 }, (_, n) => `/app-${n}`);
  marathon.apps = ids.map((id) => anApp({ id }));
  marathon.send(deployment(ids));
  await until(() => followed.model.apps.size === 300);
  assert.equal(count(marathon, '/v2/apps/'), 0);
});

test('a definition arrives even while events of its app never stop', async (t) => {
  const { marathon, followed } = await attached(t);
  const storm = setInterval(() => marathon.send(statusUpdate()), 1);
  t.after(() => clearInterval(storm));
  marathon.apps = [anApp({ instances: 7 })];
  marathon.send(deployment(['/shop/cart']));
  await until(() => followed.model.apps.get('/shop/cart')?.app.instances === 7);
});

test('instances of a pod are asked for once, and again when a deployment calls it an app', async (t) => {
  const { marathon, followed } = await attached(t);
  const condition = {
    eventType: 'instance_changed_event',
    runSpecId: '/shop/pod',
    instanceId: 'shop_pod.instance-1',
    condition: 'Running',
  };
  marathon.send(condition);
  await until(() => followed.events.some(({ kind }) => kind === 'app-gone'));
  for (let n = 0; n < 20; n += 1) marathon.send(condition);
  marathon.send(statusUpdate({ taskStatus: 'TASK_LOST' }));
  await until(() => wasTold(followed, 'TASK_LOST'));
  assert.equal(count(marathon, '/v2/apps/shop/pod'), 1);
  marathon.apps = [anApp(), anApp({ id: '/shop/pod' })];
  marathon.send(deployment(['/shop/pod']));
  await until(() => followed.model.apps.has('/shop/pod'));
});

test('a slow audit reads the list though all is well', async (t) => {
  const { marathon, followed } = await attached(t, { auditIntervalMs: 20 });
  await until(() => lists(marathon) >= 4);
  assert.equal(followed.source.state().reconnects, 0);
});

test('nothing is heard after close', async (t) => {
  const { marathon, followed } = await attached(t);
  marathon.onApps = (_request, response) =>
    void setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"apps":[]}'), 5);
  followed.source.refresh();
  await followed.source.close();
  const { length } = followed.events;
  const states = followed.states.length;
  await until(() => marathon.streams.size === 0);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual([followed.events.length, followed.states.length], [length, states]);
});
