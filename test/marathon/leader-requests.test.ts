import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { SluiceError } from '../../src/kit/error.ts';
import { LeaderRequests, type LeaderRequestsOptions } from '../../src/marathon/leader-requests.ts';
import { lastly } from '../kit/lastly.ts';
import { sendJson } from './fake-marathon.ts';

interface Fake {
  readonly url: string;
  /** 'PUT /v2/apps/a {"instances":1}' */
  readonly requests: string[];
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const startFake = async (t: TestContext, answer: Answer): Promise<Fake> => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      requests.push([request.method, request.url, body].filter((part) => part !== '').join(' '));
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  lastly(t, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
};

const openRequests = (t: TestContext, urls: readonly string[], limits: LeaderRequestsOptions['limits'] = {}): LeaderRequests => {
  const requests = new LeaderRequests({ urls, limits });
  lastly(t, async () => requests.close());
  return requests;
};

const failsWith =
  (code: string, message = /./) =>
  (error: unknown): boolean =>
    error instanceof SluiceError && error.code === code && message.test(error.message);

const done: Answer = (response) => sendJson(response, 200, { version: 'v1' });
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

test('a write goes to Marathon as JSON, once, and what it says is told', async (t) => {
  const marathon = await startFake(t, done);
  const requests = openRequests(t, [marathon.url]);
  assert.deepEqual(await requests.put('/v2/apps/a', { instances: 1 }), { status: 200, json: { version: 'v1' }, message: '' });
  await requests.post('/v2/apps', { id: '/a' });
  await requests.delete('/v2/apps/a');
  await requests.get('/v2/apps/a');
  assert.deepEqual(marathon.requests, [
    'PUT /v2/apps/a {"instances":1}',
    'POST /v2/apps {"id":"/a"}',
    'DELETE /v2/apps/a',
    'GET /v2/apps/a',
  ]);
});

test("Marathon's own refusals are answers, with its words", async (t) => {
  const details = [{ path: '/id', errors: ['error.path'] }];
  const marathon = await startFake(t, (response) => sendJson(response, 422, { message: 'Object is not valid', details }));
  const { status, message } = await openRequests(t, [marathon.url]).post('/v2/apps', {});
  assert.deepEqual([status, message], [422, `Object is not valid: ${JSON.stringify(details)}`]);
});

const FAULTS: readonly (readonly [what: string, answer: Answer, code: string, message?: RegExp])[] = [
  ['401', (response) => sendJson(response, 401, { message: 'who?' }), 'MARATHON_REFUSED', /may not do that.*who\?/],
  ['403', (response) => sendJson(response, 403, {}), 'MARATHON_REFUSED'],
  ['500', (response) => sendJson(response, 500, { message: 'zookeeper' }), 'MARATHON_UNREACHABLE', /500.*zookeeper/],
  ['a page with 200', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'MARATHON_NONSENSE'],
  ['JSON that is cut off', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":'), 'MARATHON_NONSENSE'],
  ['a connection that is cut', (response) => response.destroy(), 'MARATHON_UNREACHABLE'],
];

for (const [what, answer, code, message] of FAULTS)
  test(`a write that is answered by ${what} is an error, and is not sent to another Marathon`, async (t) => {
    const [first, second] = [await startFake(t, answer), await startFake(t, done)];
    const requests = openRequests(t, [first.url, second.url]);
    await assert.rejects(requests.put('/v2/apps/a', {}), failsWith(code, message));
    assert.deepEqual([first.requests.length, second.requests.length], [1, 0]);
  });

test('a write that cannot have been done goes to the next one: nobody listens, or a standby finds no leader', async (t) => {
  const standby = await startFake(t, (response) =>
    response.writeHead(503, { 'content-type': 'text/plain' }).end('Could not determine the current leader'),
  );
  const leader = await startFake(t, done);
  assert.equal((await openRequests(t, [NOWHERE, standby.url, leader.url]).put('/v2/apps/a', {})).status, 200);
  assert.deepEqual([standby.requests.length, leader.requests.length], [1, 1]);
});

test('a read goes to the next one after any failure', async (t) => {
  const [first, second] = [await startFake(t, (response) => response.destroy()), await startFake(t, done)];
  assert.equal((await openRequests(t, [first.url, second.url]).get('/v2/apps/a')).status, 200);
});

test('where no Marathon answers the error says so of each', async (t) => {
  await assert.rejects(openRequests(t, [NOWHERE]).put('/v2/apps/a', {}), failsWith('MARATHON_UNREACHABLE', /127\.0\.0\.1:1/));
});

test('an answer that does not come is not waited for without end, and the end of Sluice ends the wait', async (t) => {
  const silent = await startFake(t, () => undefined);
  await assert.rejects(openRequests(t, [silent.url], { totalMs: 50 }).put('/v2/apps/a', {}), failsWith('MARATHON_UNREACHABLE'));
  const requests = openRequests(t, [silent.url]);
  const waiting = assert.rejects(requests.put('/v2/apps/a', {}), failsWith('MARATHON_UNREACHABLE'));
  await requests.close();
  await waiting;
});
