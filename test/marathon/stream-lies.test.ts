import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { openMarathon } from '../../src/marathon/source.ts';
import type { MarathonOptions } from '../../src/marathon/options.ts';
import { frame, type FakeMarathon } from './fake-marathon.ts';
import { fake, follow, until, type Followed } from './following.ts';
import { aTask, anApp, statusUpdate, TASK } from './samples.ts';

/** A stream that is open and lies: each test says how, and that the model comes right all the same. */

const attached = async (t: TestContext, options?: Partial<MarathonOptions>): Promise<{ marathon: FakeMarathon; followed: Followed }> => {
  const marathon = await fake(t, [anApp()]);
  const followed = follow(t, [marathon.url], options);
  await until(() => followed.model.apps.size === 1);
  return { marathon, followed };
};

const lists = (marathon: FakeMarathon): number => marathon.requests.filter(({ path }) => path.startsWith('/v2/apps?')).length;
const task = ({ model }: Followed) => model.apps.get('/shop/cart')?.tasks.get(TASK);
const complaints = ({ states }: Followed): string => states.map(({ lastError }) => lastError?.message ?? '').join('\n');

const again = (t: TestContext, ms: number, work: () => void): void => {
  const timer = setInterval(work, ms);
  t.after(() => clearInterval(timer));
};

test('bytes that never make a heartbeat whole are no sign of life: the stream is opened again, and the list read', async (t) => {
  const { marathon, followed } = await attached(t, { limits: { unfinishedMs: 150 } });
  marathon.apps = [anApp(), anApp({ id: '/second' })];
  again(t, 10, () => marathon.write('x'));
  await until(() => followed.model.apps.size === 2);
  assert.match(complaints(followed), /sent no whole event and no heartbeat on the event stream within 0\.15 s/);
});

test('lines of an event that never ends are none either', async (t) => {
  const { marathon, followed } = await attached(t, { limits: { unfinishedMs: 150 } });
  marathon.apps = [anApp(), anApp({ id: '/second' })];
  again(t, 10, () => marathon.write('data: x\r\n'));
  await until(() => followed.model.apps.size === 2);
  assert.match(complaints(followed), /sent no whole event/);
});

test('a stream that is packed is refused, since who packs holds events back', async (t) => {
  const marathon = await fake(t, [anApp()]);
  marathon.onEvents = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
    response.write(gzipSync(frame(statusUpdate())));
  };
  const followed = follow(t, [marathon.url], { limits: { attachMs: 20 } });
  await until(() => followed.model.apps.size === 1 && followed.states.some(({ lastError }) => lastError !== undefined));
  assert.match(complaints(followed), /packed as "gzip"/);
});

test('a list that unpacks to endlessly much is refused at the limit, and what was known stays', async (t) => {
  const { marathon, followed } = await attached(t, { limits: { listBytes: 1_000_000 } });
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
  marathon.onApps = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
  };
  const before = process.memoryUsage().arrayBuffers;
  followed.source.refresh();
  await until(() => /more than 1000000 bytes/.test(complaints(followed)));
  assert.equal(followed.model.apps.size, 1);
  assert.ok(process.memoryUsage().arrayBuffers - before < 50e6, `${process.memoryUsage().arrayBuffers - before} bytes more`);
});

test('events for apps that nobody knows, and the same event many times, leave the model right', async (t) => {
  const { marathon, followed } = await attached(t);
  for (let n = 0; n < 50; n += 1) {
    marathon.send(statusUpdate({ appId: `/stranger/${n}`, taskId: `stranger_${n}.instance-1._app.1` }));
    marathon.send(statusUpdate());
  }
  marathon.apps = [anApp({ instances: 3 })];
  marathon.send({ eventType: 'deployment_success', plan: { steps: [{ actions: [{ app: '/shop/cart' }] }] } });
  await until(() => followed.model.apps.get('/shop/cart')?.app.instances === 3);
  assert.deepEqual([...followed.model.apps.keys()], ['/shop/cart']);
  assert.deepEqual([...(followed.model.apps.get('/shop/cart')?.tasks.keys() ?? [])], [TASK]);
});

test('an older update that comes after a newer one takes nothing back, not even for the moment until the app is read', async (t) => {
  const { marathon, followed } = await attached(t);
  // Nothing but events from here on.
  marathon.onApp = () => undefined;
  marathon.send(statusUpdate({ taskStatus: 'TASK_UNREACHABLE', timestamp: '2021-07-27T14:41:00.000Z' }));
  await until(() => task(followed)?.state === 'TASK_UNREACHABLE');
  const before = followed.events.length;
  marathon.send(statusUpdate({ taskStatus: 'TASK_RUNNING', timestamp: '2021-07-27T14:40:59.999Z' }));
  marathon.send(statusUpdate({ taskId: `${TASK}0`, taskStatus: 'TASK_RUNNING', timestamp: '2021-07-27T14:40:59.999Z' }));
  await until(() => followed.events.length > before);
  assert.equal(task(followed)?.state, 'TASK_UNREACHABLE');
});

test('a task that has ended and is gone does not come back with an older update', async (t) => {
  const { marathon, followed } = await attached(t);
  marathon.apps = [anApp({ tasks: [] })];
  marathon.send(statusUpdate({ taskStatus: 'TASK_KILLED', timestamp: '2021-07-27T14:41:00.000Z' }));
  await until(() => task(followed) === undefined);
  marathon.onApp = () => undefined;
  marathon.send(statusUpdate({ taskStatus: 'TASK_RUNNING', timestamp: '2021-07-27T14:40:59.999Z' }));
  marathon.send(statusUpdate({ taskId: `${TASK}0`, taskStatus: 'TASK_RUNNING', timestamp: '2021-07-27T14:40:59.999Z' }));
  await until(() => followed.model.apps.get('/shop/cart')?.tasks.size === 1);
  assert.equal(task(followed), undefined);
});

test("Marathon's clock, set back, costs reads and no truth", async (t) => {
  const { marathon, followed } = await attached(t);
  marathon.send(statusUpdate({ timestamp: '2031-01-01T00:00:00.000Z' }));
  marathon.apps = [anApp({ tasks: [aTask({ state: 'TASK_KILLING' })] })];
  marathon.send(statusUpdate({ taskStatus: 'TASK_KILLING', timestamp: '2021-01-01T00:00:00.000Z' }));
  await until(() => task(followed)?.state === 'TASK_KILLING');
});

test('a reader slower than the events drops the stream and reads the list: nothing grows without bound', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const errors: string[] = [];
  const seen = { events: 0, snapshots: 0 };
  const source = openMarathon(
    {
      urls: [marathon.url],
      mode: 'sse',
      maxBackoffMs: 50,
      log: pino({ level: 'silent' }),
      limits: { behindMs: 200, backoffBaseMs: 10, spacingMs: 20, stallMs: 60_000 },
    },
    {
      onEvent: ({ kind }) => {
        if (kind === 'snapshot') seen.snapshots += 1;
        if (kind !== 'task') return;
        seen.events += 1;
        // Work that takes longer than the next event does.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      },
      onState: ({ lastError }) => void errors.push(lastError?.message ?? ''),
    },
  );
  t.after(async () => source.close());
  await until(() => seen.snapshots > 0);
  const before = seen.snapshots;
  const event = frame(statusUpdate({ timestamp: new Date().toISOString() }));
  marathon.write(event.repeat(2000));
  await until(() => errors.some((message) => /sends events faster than they can be read/.test(message)));
  await until(() => seen.snapshots > before && source.state().reconnects === 1);
  assert.ok(seen.events < 1000, `${seen.events} of 2000 events were read before it was noticed`);
});

test('a process that stood still reads the list: Marathon may have dropped events meanwhile', async (t) => {
  const { marathon, followed } = await attached(t, { limits: { stallMs: 100 } });
  marathon.apps = [anApp(), anApp({ id: '/second' })];
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  await until(() => followed.model.apps.size === 2);
  assert.match(followed.log.join(''), /this process stood still/);
});

test('an audit is a full read that nobody asked for, one in each interval', async (t) => {
  const { marathon, followed } = await attached(t, { auditIntervalMs: 300 });
  const isAudit = (): readonly boolean[] => followed.events.flatMap((event) => (event.kind === 'snapshot' ? [event.isAudit === true] : []));
  assert.deepEqual(isAudit(), [false]);
  await until(() => isAudit().length === 2);
  followed.source.refresh();
  await until(() => isAudit().length === 4);
  assert.deepEqual(isAudit(), [false, true, false, true]);
  assert.equal(lists(marathon), 4);
});

test('what is read after a stream was cut is no audit, and nothing is in poll mode', async (t) => {
  const { marathon, followed } = await attached(t, { auditIntervalMs: 60_000 });
  for (const stream of marathon.streams) stream.end();
  await until(() => lists(marathon) === 2);
  const polled = follow(t, [marathon.url], { mode: 'poll', pollIntervalMs: 10 });
  await until(() => polled.events.length >= 3);
  for (const event of [...followed.events, ...polled.events]) assert.ok(!('isAudit' in event));
});

const heapUsed = (): number => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
  return process.memoryUsage().heapUsed;
};

test('fifty rounds of every such lie leave no memory behind', async (t) => {
  const { marathon, followed } = await attached(t, { limits: { eventBytes: 1_000_000, spacingMs: 1, stallMs: 60_000 } });
  const round = async (): Promise<void> => {
    const { reconnects } = followed.source.state();
    marathon.write('event: status_update_event\r\ndata: {"taskId":\r\n\r\n');
    marathon.send(statusUpdate({ appId: `/stranger/${Math.random()}`, taskId: `${Math.random()}.instance-1._app.1` }));
    // One that is too long is cut; endless lines end the stream.
    marathon.write(`data: ${'x'.repeat(1_500_000)}\r\n`);
    marathon.write('data: x\r\n'.repeat(1_500_000));
    await until(() => followed.source.state().reconnects > reconnects && marathon.streams.size === 1);
    followed.events.length = 0;
    followed.states.length = 0;
    followed.log.length = 0;
    marathon.requests.length = 0;
  };
  for (let n = 0; n < 10; n += 1) await round();
  const before = heapUsed();
  for (let n = 0; n < 50; n += 1) await round();
  const grown = heapUsed() - before;
  t.diagnostic(`heap: ${Math.round(before / 1e6)} MB before, ${Math.round(grown / 1e3)} kB more after`);
  assert.ok(grown < 10e6, `${grown} bytes more`);
});
