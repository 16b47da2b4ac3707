import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import type { StandInOptions } from '../../src/demo/options.ts';
import type { StandIn } from '../../src/demo/stand-in.ts';
import { call, deploy, standInFor } from './client.ts';

interface Running {
  readonly standIn: StandIn;
  readonly task: string;
  readonly url: string;
}

async function run(t: TestContext, env: Record<string, string> = {}, options: StandInOptions = {}): Promise<Running> {
  const standIn = await standInFor(t, { seed: [{ id: '/a', cmd: 'x', env }], ...options });
  const task = standIn.tasks('/a')[0]?.id ?? '';
  const { host, port } = standIn.taskAddress(task);
  return { standIn, task, url: `http://${host}:${port}` };
}

describe('a fake task', () => {
  it('names itself in body and headers', async (t) => {
    const { task, url } = await run(t);
    const response = await fetch(`${url}/some/path?q=1`);
    const body = (await response.json()) as Record<string, unknown>;
    assert.deepEqual([body['app'], body['task'], body['path'], body['method']], ['/a', task, '/some/path?q=1', 'GET']);
    assert.deepEqual([response.headers.get('x-task-id'), response.headers.get('x-app-id')], [task, '/a']);
    assert.equal(response.headers.get('x-app-version'), body['version']);
  });

  it('behaves as its environment says', async (t) => {
    const { url } = await run(t, {
      STANDIN_STATUS: '418',
      STANDIN_HEALTH: 'fail',
      STANDIN_HEALTH_PATH: '/up',
      STANDIN_DELAY_MS: '1',
      STANDIN_BODY_BYTES: '5000',
    });
    const response = await fetch(`${url}/`);
    assert.equal(response.status, 418);
    assert.equal((await response.text()).length, 5000);
    assert.equal((await fetch(`${url}/up`)).status, 503);
    assert.equal((await fetch(`${url}/?status=201&delayMs=2`)).status, 201);
  });

  it('answers an error to so many of a hundred, and to no health check', async (t) => {
    const { url } = await run(t, { STANDIN_ERROR_PERCENT: '30' });
    const statuses: number[] = [];
    for (let count = 0; count < 20; count++) {
      statuses.push((await fetch(`${url}/`)).status);
      assert.equal((await fetch(`${url}/health`)).status, 200);
    }
    assert.equal(statuses.filter((status) => status === 500).length, 6);
  });

  it('echoes over a WebSocket, after saying who it is', async (t) => {
    const { task, url } = await run(t);
    const socket = new WebSocket(url.replace('http', 'ws'));
    t.after(() => socket.terminate());
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString()));
    await once(socket, 'open');
    socket.send('hello');
    while (messages.length < 2) await once(socket, 'message');
    assert.equal((JSON.parse(messages[0] ?? '{}') as { task: string }).task, task);
    assert.equal(messages[1], 'hello');
  });

  it('speaks https with a certificate of its own, and is checked over it', async (t) => {
    const standIn = await standInFor(t);
    const healthChecks = [{ protocol: 'HTTPS', path: '/health', intervalSeconds: 5 }];
    await deploy(standIn, 'POST', '/v2/apps', { id: '/a', cmd: 'x', env: { STANDIN_MODE: 'https' }, healthChecks });
    assert.equal(standIn.tasks('/a')[0]?.healthy, true);
  });

  it('echoes named lines in TCP mode', async (t) => {
    const { task, url } = await run(t, { STANDIN_MODE: 'tcp' });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    t.after(() => socket.destroy());
    socket.write('hello\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    assert.equal(data.toString(), `${task} hello\n`);
  });

  it('fails by itself when it was asked to', async (t) => {
    const standIn = await standInFor(t);
    await call(standIn, 'POST', '/v2/apps', { id: '/a', cmd: 'x', env: { STANDIN_FAIL_AFTER_MS: '1' } });
    await standIn.until('a third attempt', () => standIn.tasks('/a')[0]?.id.endsWith('._app.3') === true);
  });

  it('is reported running before it serves when it starts late', async (t) => {
    const standIn = await standInFor(t);
    await call(standIn, 'POST', '/v2/apps', { id: '/a', cmd: 'x', env: { STANDIN_START_DELAY_MS: '1000', STANDIN_START: '503' } });
    await standIn.until('it runs', () => standIn.tasks('/a')[0]?.state === 'TASK_RUNNING');
    const { host, port } = standIn.taskAddress(standIn.tasks('/a')[0]?.id ?? '');
    assert.equal((await fetch(`http://${host}:${port}/`)).status, 503);
    let status = 503;
    while (status === 503) ({ status } = await fetch(`http://${host}:${port}/`));
    assert.equal(status, 200);
  });

  it('goes on serving until its kill grace is over', async (t) => {
    const seed = [{ id: '/a', cmd: 'x', taskKillGracePeriodSeconds: 75 }];
    const { standIn, url } = await run(t, {}, { seed });
    const slow = fetch(`${url}/?delayMs=50`);
    await call(standIn, 'DELETE', '/v2/apps/a');
    assert.equal(standIn.tasks('/a')[0]?.state, 'TASK_KILLING');
    assert.equal((await slow).status, 200);
    assert.equal((await fetch(url)).status, 200);
    await standIn.until('it is gone', () => standIn.tasks('/a').length === 0);
    await assert.rejects(fetch(url));
  });

  it('takes nothing new while it drains, and ends with its last request', async (t) => {
    const { standIn, url } = await run(
      t,
      { STANDIN_ON_TERM: 'drain', STANDIN_TERM_STATE: 'TASK_FINISHED' },
      { timeScale: 1, heartbeatMs: 100 },
    );
    const slow = fetch(`${url}/?delayMs=200`, { headers: { connection: 'close' } });
    // The second request is answered while the first one waits: so the first one has arrived.
    await fetch(url);
    await call(standIn, 'DELETE', '/v2/apps/a');
    assert.equal((await slow).status, 200);
    await assert.rejects(fetch(url));
    await standIn.until('it has finished', () => standIn.events.some((event) => event['taskStatus'] === 'TASK_FINISHED'));
  });

  it('that hangs takes requests and answers none', async (t) => {
    const { standIn, task, url } = await run(t);
    standIn.faults.hangTask(task);
    const abort = new AbortController();
    const asked = fetch(url, { signal: abort.signal });
    standIn.faults.hangTask(task, 'off');
    assert.equal((await fetch(url)).status, 200);
    abort.abort();
    await asked.catch((error: unknown) => assert.equal((error as Error).name, 'AbortError'));
  });
});
