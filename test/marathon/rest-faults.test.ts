import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { openMarathon } from '../../src/marathon/source.ts';
import { pino } from 'pino';
import { sendJson, startFake, type FakeMarathon } from './fake-marathon.ts';
import { fake, follow, until } from './following.ts';
import { anApp, deployment } from './samples.ts';

const LIST = JSON.stringify({ apps: [anApp()] });
const json = (response: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
};

/** Accepts connections and never answers. */
const blackHole = async (t: TestContext): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const FAULTS: readonly (readonly [sentence: string, fault: (response: ServerResponse) => void, code: string, message: RegExp])[] = [
  ['503 with a page', (response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>'), 'MARATHON_UNREACHABLE', /503/],
  ['401', (response) => response.writeHead(401).end(), 'MARATHON_REFUSED', /401: user or password/],
  ['403', (response) => response.writeHead(403).end(), 'MARATHON_REFUSED', /403: this user may not/],
  [
    'a page with 200',
    (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(LIST),
    'MARATHON_NONSENSE',
    /"text\/html"/,
  ],
  ['JSON that is cut off', (response) => json(response, LIST.slice(0, -20)), 'MARATHON_NONSENSE', /cut off/],
  [
    'a body that is shorter than announced',
    (response) => json(response, LIST.slice(0, 50), { 'content-length': '9999', connection: 'close' }),
    'MARATHON_UNREACHABLE',
    /./,
  ],
  ['JSON without apps', (response) => json(response, '{"message":"no"}'), 'MARATHON_NONSENSE', /not what it should be/],
  [
    'no gzip though it says so',
    (response) => json(response, LIST, { 'content-encoding': 'gzip' }),
    'MARATHON_UNREACHABLE',
    /incorrect header/,
  ],
  [
    'a body that stops',
    (response) => void response.writeHead(200, { 'content-type': 'application/json' }).write(LIST.slice(0, 50)),
    'MARATHON_UNREACHABLE',
    /whole answer within/,
  ],
  ['no answer at all', () => undefined, 'MARATHON_UNREACHABLE', /did not begin to answer within/],
  ['a body without end', (response) => json(response, `${LIST}${' '.repeat(100_000)}`), 'MARATHON_NONSENSE', /more than 50000 bytes/],
  [
    'a redirect to itself',
    (response) => response.writeHead(302, { location: '/v2/apps' }).end(),
    'MARATHON_NONSENSE',
    /redirects more than 5 times/,
  ],
  ['a connection that is reset', (response) => response.destroy(), 'MARATHON_UNREACHABLE', /cannot be reached/],
];

for (const [sentence, fault, code, message] of FAULTS) {
  test(`a list that cannot be had is no event, it is told and tried again: ${sentence}`, async (t) => {
    const marathon = await fake(t, [anApp()]);
    const limits = { headersMs: 150, totalMs: 250, listBytes: 50_000 };
    const { model, events, source, states } = follow(t, [marathon.url], { mode: 'poll', pollIntervalMs: 10, limits });
    await until(() => model.apps.size === 1);
    const before = source.state().lastFullReadAtMs ?? 0;
    marathon.onApps = (_request, response) => fault(response);
    await until(() => states.at(-1)?.connected === false);
    const { lastError } = source.state();
    assert.equal(lastError?.code, code);
    assert.match(lastError.message, message);
    assert.ok(events.every(({ kind }) => kind === 'snapshot') && model.apps.size === 1);
    marathon.apps = [anApp(), anApp({ id: '/second' })];
    marathon.onApps = undefined;
    await until(() => model.apps.size === 2);
    assert.ok(source.state().connected && (source.state().lastFullReadAtMs ?? 0) >= before);
  });
}

test('an empty list with 200 is a snapshot', async (t) => {
  const marathon = await fake(t, []);
  const { events } = follow(t, [marathon.url], { mode: 'poll' });
  await until(() => events.length === 1);
  assert.deepEqual(events, [{ kind: 'snapshot', entries: [], keep: new Set() }]);
});

test('gzip is asked for and understood', async (t) => {
  const marathon = await fake(t);
  marathon.onApps = (request, response) => {
    assert.equal(request.headers['accept-encoding'], 'gzip');
    json(response, gzipSync(LIST), { 'content-encoding': 'gzip' });
  };
  const { model } = follow(t, [marathon.url], { mode: 'poll' });
  await until(() => model.apps.size === 1);
});

test('poll mode reads again and again, and opens no stream', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const { model, source } = follow(t, [marathon.url], { mode: 'poll', pollIntervalMs: 10 });
  await until(() => model.apps.size === 1);
  marathon.apps = [];
  await until(() => model.apps.size === 0);
  assert.ok(!source.state().streaming && marathon.requests.every(({ path }) => path.startsWith('/v2/apps?')));
});

for (const mode of ['sse', 'poll'] as const) {
  test(`a first Marathon that hangs does not stop updates (${mode})`, async (t) => {
    const marathon = await fake(t, [anApp()]);
    const urls = [await blackHole(t), marathon.url];
    const limits = { headersMs: 100, attachMs: 20 };
    const { model, source } = follow(t, urls, { mode, pollIntervalMs: 10, limits });
    await until(() => model.apps.size === 1);
    marathon.apps = [anApp(), anApp({ id: '/second' })];
    await until(() => (mode === 'poll' ? model.apps.size === 2 : source.state().streaming));
    assert.equal(source.state().url, marathon.url);
  });
}

test('each Marathon is asked in turn, and the one that answers stays in use', async (t) => {
  const [broken, good] = [await fake(t), await fake(t, [anApp()])];
  broken.onApps = (_request, response) => response.writeHead(500).end();
  const { model } = follow(t, [broken.url, good.url], { mode: 'poll', pollIntervalMs: 5 });
  await until(() => model.apps.size === 1 && good.requests.length > 10);
  assert.equal(broken.requests.length, 1);
  good.onApps = (_request, response) => response.writeHead(500).end();
  broken.onApps = undefined;
  await until(() => model.apps.size === 0);
});

test('a stream moves on from a Marathon that does not hold it', async (t) => {
  const [broken, good] = [await fake(t, [anApp()]), await fake(t, [anApp()])];
  broken.onEvents = (_request, response) => response.writeHead(502).end();
  const { source } = follow(t, [broken.url, good.url]);
  await until(() => source.state().streaming);
  assert.equal(good.streams.size, 1);
});

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('user and password come from the URL or the settings, and are in no log line, state or error', async (t) => {
  const marathon = await fake(t, [anApp()]);
  marathon.onEvents = (_request, response) => response.writeHead(401).end();
  const withUser = marathon.url.replace('http://', 'http://mia:s%40cret%3A1@');
  const { model, log, states } = follow(t, [withUser], {
    credentials: { user: 'other', password: 'other-secret' },
    limits: { attachMs: 5 },
  });
  await until(() => model.apps.size === 1 && states.some(({ lastError }) => lastError !== undefined));
  for (const { headers } of marathon.requests) assert.equal(headers.authorization, basic('mia:s@cret:1'));
  const shown = JSON.stringify([log, states]);
  for (const secret of ['s@cret', 's%40cret', 'other-secret', basic('mia:s@cret:1').slice(6)]) assert.ok(!shown.includes(secret), secret);
});

const redirects = (marathon: FakeMarathon, to: () => string): void => {
  marathon.onEvents = (request, response) => void response.writeHead(302, { location: to() + (request.url ?? '') }).end();
};
const CREDENTIALS = { user: 'mia', password: 'secret' };

test('a standby redirects to a leader that is in no configuration, and the credentials go there', async (t) => {
  const [standby, leader] = [await fake(t, [anApp()]), await fake(t, [anApp()])];
  redirects(standby, () => leader.url);
  const { source } = follow(t, [standby.url], { credentials: CREDENTIALS });
  await until(() => source.state().streaming);
  assert.equal(leader.requests[0]?.headers.authorization, basic('mia:secret'));
  assert.equal(leader.requests[0].headers.accept, 'text/event-stream');
  assert.equal(leader.requests[0].path, standby.requests[0]?.path);
  assert.equal(source.state().leader, leader.url);
});

test('whom the leader redirects to gets no credentials, unless it is configured', async (t) => {
  const [standby, leader, third] = [await fake(t), await fake(t), await fake(t, [anApp()])];
  redirects(standby, () => leader.url);
  redirects(leader, () => third.url);
  const first = follow(t, [standby.url], { credentials: CREDENTIALS });
  await until(() => first.source.state().streaming);
  assert.equal(third.requests[0]?.headers.authorization, undefined);
  await first.source.close();
  const { length } = third.requests;
  const second = follow(t, [standby.url, third.url], { credentials: CREDENTIALS });
  await until(() => second.source.state().streaming);
  assert.equal(third.requests[length]?.headers.authorization, basic('mia:secret'));
});

test('a login page on another host gets no request', async (t) => {
  const [front, login] = [await fake(t), await fake(t)];
  front.onEvents = (_request, response) => void response.writeHead(302, { location: `${login.url}/v2/apps/login?from=/v2/events` }).end();
  const { states } = follow(t, [front.url], { credentials: CREDENTIALS });
  await until(() => states.some(({ lastError }) => /redirects to .*\/v2\/apps\/login, which is neither/.test(lastError?.message ?? '')));
  assert.equal(login.requests.length, 0);
});

const certificate = async (): Promise<{ key: string; cert: string; ca: string }> => {
  const options = { extensions: [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }] };
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], options);
  return { key, cert, ca: cert };
};

test('TLS is verified, by the authority that is given', async (t) => {
  const { key, cert, ca } = await certificate();
  const marathon = await startFake([anApp()], { key, cert });
  t.after(async () => marathon.close());
  const trusting = follow(t, [marathon.url], { caPem: ca });
  await until(() => trusting.model.apps.size === 1 && trusting.source.state().streaming);
  const strict = follow(t, [marathon.url], { mode: 'poll' });
  await until(() => strict.states.some(({ lastError }) => /self-signed|self signed/.test(lastError?.message ?? '')));
  assert.equal(strict.model.apps.size, 0);
  const careless = follow(t, [marathon.url], { mode: 'poll', verifyTls: false });
  await until(() => careless.model.apps.size === 1);
});

test('a redirect from https to plain http is not followed', async (t) => {
  const { key, cert, ca } = await certificate();
  const [standby, leader] = [await startFake([anApp()], { key, cert }), await fake(t, [anApp()])];
  t.after(async () => standby.close());
  redirects(standby, () => leader.url);
  const { states } = follow(t, [standby.url], { caPem: ca, credentials: CREDENTIALS });
  await until(() => states.some(({ lastError }) => /which is plain http after https/.test(lastError?.message ?? '')));
  assert.equal(leader.requests.length, 0);
});

test("only Marathon's own 404 removes an app", async (t) => {
  const marathon = await fake(t, [anApp()]);
  const { model, states } = follow(t, [marathon.url]);
  await until(() => model.apps.size === 1);
  marathon.onApp = (_appId, _request, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<html>');
  marathon.send(deployment(['/shop/cart']));
  await until(() => states.some(({ lastError }) => lastError?.code === 'MARATHON_NONSENSE'));
  assert.equal(model.apps.size, 1);
  marathon.onApp = (_appId, _request, response) => sendJson(response, 404, { message: "App '/shop/cart' does not exist" });
  marathon.send(deployment(['/shop/cart']));
  await until(() => model.apps.size === 0);
});

test('an app whose single read fails is seen by a full read', async (t) => {
  const marathon = await fake(t, []);
  const { model } = follow(t, [marathon.url]);
  await until(() => marathon.streams.size === 1);
  marathon.onApp = (_appId, _request, response) => response.writeHead(500).end();
  marathon.apps = [anApp()];
  marathon.send(deployment(['/shop/cart']));
  await until(() => model.apps.size === 1);
});

const PADDED = JSON.stringify({ app: anApp({ instances: 9 }), padding: ' '.repeat(20_000) });
const TOO_BIG: readonly (readonly [sentence: string, answer: (response: ServerResponse) => void])[] = [
  ['plain', (response) => json(response, PADDED)],
  ['small until it is decompressed', (response) => json(response, gzipSync(PADDED), { 'content-encoding': 'gzip' })],
  ['a 404', (response) => sendJson(response, 404, { message: ' '.repeat(20_000) })],
];

for (const [sentence, answer] of TOO_BIG) {
  test(`an answer about one app has a smaller limit than the list, and the app is read with the list in its place: ${sentence}`, async (t) => {
    const marathon = await fake(t, [anApp()]);
    const { model, source, states } = follow(t, [marathon.url], { limits: { appBytes: 10_000, listBytes: 1_000_000 } });
    await until(() => model.apps.size === 1 && source.state().streaming);
    marathon.apps = [anApp({ instances: 3, env: { LONG: 'x'.repeat(20_000) } })];
    marathon.onApp = (_appId, _request, response) => answer(response);
    marathon.send(deployment(['/shop/cart']));
    await until(() => model.apps.get('/shop/cart')?.app.instances === 3);
    const told = states.map(({ lastError }) => lastError).find((error) => error !== undefined);
    assert.equal(told?.code, 'MARATHON_NONSENSE');
    assert.ok(
      told.message.startsWith(`${marathon.url}/v2/apps/shop/cart answered with more than 10000 bytes, the limit for this request`),
      told.message,
    );
  });
}

test('an app that this user may not see stays out without an error', async (t) => {
  const marathon = await fake(t, [anApp()]);
  const { model, states } = follow(t, [marathon.url]);
  await until(() => model.apps.size === 1);
  marathon.onApp = (_appId, _request, response) => sendJson(response, 403, { message: 'no' });
  marathon.send(deployment(['/secret/app']));
  await until(() => marathon.requests.some(({ path }) => path === '/v2/apps/secret/app'));
  marathon.onApp = undefined;
  marathon.apps = [anApp({ instances: 3 })];
  marathon.send(deployment(['/shop/cart']));
  await until(() => model.apps.get('/shop/cart')?.app.instances === 3);
  assert.ok(states.every(({ lastError }) => lastError === undefined));
});

test('a Marathon behind a path and ids with odd letters are asked for as they are', async (t) => {
  const marathon = await fake(t);
  const paths: string[] = [];
  marathon.onApps = (request, response) => {
    paths.push(request.url ?? '');
    if (request.url?.startsWith('/service/marathon/v2/apps?') === true) sendJson(response, 200, { apps: [] });
    else sendJson(response, 404, { message: 'no' });
  };
  const { events, source } = follow(t, [`${marathon.url}/service/marathon/`], { mode: 'poll' });
  await until(() => events.length > 0);
  assert.deepEqual(paths, ['/service/marathon/v2/apps?embed=apps.tasks', '/service/marathon/v2/pods/::status']);
  assert.equal(source.state().url, `${marathon.url}/service/marathon`);
});

for (const urls of [[], ['marathon:8080'], ['ftp://user:secret@host'], ['']]) {
  test(`URLs that cannot be used are refused at once, without being shown: ${JSON.stringify(urls.map((url) => url.replace('secret', '***')))}`, () => {
    const open = (): unknown => openMarathon({ urls, mode: 'poll', log: pino({ level: 'silent' }) }, { onEvent: () => undefined });
    assert.throws(open, (error: Error & { code?: string }) => error.code === 'SETTINGS' && !error.message.includes('secret'));
  });
}
