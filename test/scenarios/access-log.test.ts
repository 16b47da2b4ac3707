import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { StandardOutput } from '../../src/access-log/standard-output.ts';
import { accessPipeIn } from '../../src/haproxy/access-pipe.ts';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Edge, getFrom, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { askLine } from '../kit/line-client.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

type Line = Readonly<Record<string, unknown>>;

/** The access log of an edge, as it comes to a file. Each line must be a JSON object. */
const logOf = (t: TestContext, edge: Edge): { readonly lines: () => readonly Line[]; readonly find: (fields: Line) => Promise<Line> } => {
  const folder = tempFolder();
  atEnd(t, folder.remove);
  const path = join(folder.path, 'out');
  const file = openSync(path, 'a');
  atEnd(t, () => closeSync(file));
  const output = new StandardOutput(file);
  atEnd(t, async () => output.close());
  output.follow(accessPipeIn(edge.runDir));
  const lines = (): readonly Line[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const value: unknown = JSON.parse(line);
        assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), line);
        return value as Line;
      });
  const find = async (fields: Line): Promise<Line> =>
    waitFor(`a line with ${JSON.stringify(fields)}`, () =>
      lines().find((line) => Object.entries(fields).every(([key, value]) => line[key] === value)),
    );
  return { lines, find };
};

/** Sends these bytes on a connection of its own; resolves when that has ended, which it does after the answer, whoever began. */
const send = async (edge: Edge, port: number, bytes: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, edge.address, () => socket.write(Buffer.from(bytes, 'latin1')));
    // Not before: to HAProxy 3.4 a client that has sent its end has gone.
    socket.on('data', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });

/** What a client may send to get into the log what it likes. */
const HOSTILE: readonly (readonly [what: string, request: string])[] = [
  ['quotes and braces', 'GET /n"},{"status":"1 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: "}\r\n\r\n'],
  ['backslashes', 'GET /n\\ HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: \\\\\\"\r\n\r\n'],
  ['percent signs and brackets', 'GET /n%0a%[env(HOME)]%0d HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: %0a %[path] ${HOME}\r\n\r\n'],
  [
    'rubbish bytes',
    'GET /n HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: \x80\xff\xc3\x28\t\x7f\r\nX-Request-Id: \xf0\x9f\x92\xa9\r\n\r\n',
  ],
  ['control characters in a header', 'GET /n HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: a\x01\x1b[2J\x08b\r\n\r\n'],
  ['control characters in the path', 'GET /n\x01\x1b HTTP/1.1\r\nHost: shop.example\r\n\r\n'],
  ['a bare line end in a header', 'GET /n HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: a\nsluice1 tcp 1: x\r\n\r\n'],
  ['a bare carriage return', 'GET /n HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: a\rb\r\n\r\n'],
  ['a host that is none', 'GET /n HTTP/1.1\r\nHost: "\\ {}\r\n\r\n'],
  ['no host at all', 'GET /n HTTP/1.0\r\n\r\n'],
  ['a method of its own', '!#$%&*+-.^_`|~ /n HTTP/1.1\r\nHost: shop.example\r\n\r\n'],
  ['a path as long as it gets', `GET /${'"'.repeat(8000)} HTTP/1.1\r\nHost: shop.example\r\n\r\n`],
  [
    'texts that are all as long as they get',
    `GET /${'\\'.repeat(3000)} HTTP/1.1\r\nHost: ${'a'.repeat(2000)}\r\nUser-Agent: ${'"'.repeat(3000)}\r\nX-Request-Id: ${'"'.repeat(3000)}\r\n\r\n`,
  ],
  ['more than HAProxy reads', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n\r\n`],
  ['no HTTP', 'sluice1 http 1 1 1 1\r\n\r\n'],
  ['a null', 'GET /n\0 HTTP/1.1\r\nHost: shop.example\r\n\r\n'],
];

eachHaproxy('the access log', ({ binary }) => {
  it('has one JSON object for each request, with what HAProxy knows of it, and nothing of the statistics page', async (t) => {
    const edge = await openEdge(t, { haproxy: binary, flags: { accessLog: true }, apps: [anAppDefinition('/shop')] });
    const log = logOf(t, edge);
    await edge.until(200, 'shop.example', '/until');
    const { task } = await edge.get('shop.example', '/a/b?token=secret', { 'user-agent': 'the-test', 'x-request-id': 'r-17' });
    assert.notEqual(task, undefined);
    const line = await log.find({ requestId: 'r-17' });
    const { time, clientPort, server, bytesIn, bytesOut, totalMs, ...rest } = line;
    assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 3_600_000);
    for (const number of [clientPort, bytesIn, bytesOut, totalMs]) assert.ok(Number(number) >= 0, JSON.stringify(line));
    assert.match(String(server), /^\w/);
    assert.equal(rest['queueMs'], 0);
    for (const name of ['queueMs', 'connectMs', 'requestMs', 'responseMs']) assert.equal(typeof rest[name], 'number', name);
    assert.deepEqual(Object.fromEntries(Object.entries(rest).filter(([name]) => !name.endsWith('Ms'))), {
      ...{ access: 'http', client: '127.0.0.1', frontend: 'marathon_http_in', backend: rest['backend'], end: '--', retries: 0 },
      ...{ status: 200, method: 'GET', host: 'shop.example', path: '/a/b', version: '1.1', userAgent: 'the-test', requestId: 'r-17' },
    });
    assert.match(String(rest['backend']), /^shop_\d+$/);

    await getFrom(`http://127.0.0.1:${edge.ports.stats}/metrics`, { 'user-agent': 'the-scraper' });
    await getFrom(`http://127.0.0.1:${edge.ports.appId}/by-id`, { 'x-marathon-app-id': '/shop' });
    assert.equal((await log.find({ path: '/by-id' }))['frontend'], 'marathon_http_appid_in');
    assert.equal(await edge.get('nobody.example', '/lost').then(({ status }) => status), 503);
    const lost = await log.find({ path: '/lost' });
    assert.deepEqual([lost['status'], lost['server']], [503, undefined]);
    const session = connectHttp2(`https://127.0.0.1:${edge.ports.https}`, { rejectUnauthorized: false });
    atEnd(t, () => session.destroy());
    await new Promise((resolve, reject) =>
      session.request({ ':path': '/two', ':authority': 'shop.example' }).on('response', resolve).on('error', reject).end(),
    );
    const two = await log.find({ path: '/two' });
    assert.deepEqual([two['frontend'], two['version'], two['tls'], two['host']], ['marathon_https_in', '2.0', 'TLSv1.3', 'shop.example']);
    assert.ok(log.lines().every(({ frontend, userAgent }) => frontend !== 'stats' && userAgent !== 'the-scraper'));
    assert.ok(!JSON.stringify(log.lines()).includes('secret'), 'no query: it may hold secrets');
  });

  it('stays whole, a line for each, whatever clients send', async (t) => {
    const edge = await openEdge(t, { haproxy: binary, flags: { accessLog: true }, apps: [anAppDefinition('/shop')] });
    const log = logOf(t, edge);
    await edge.until(200, 'shop.example', '/until');
    for (const [index, [what, request]] of HOSTILE.entries()) {
      await send(edge, edge.ports.http, request);
      await edge.get('shop.example', `/after-${index}`);
      await log.find({ path: `/after-${index}` });
      // The one before it has a line too.
      const lines = log.lines();
      const at = lines.findIndex(({ path }) => path === `/after-${index}`);
      const before = lines[at - 1];
      assert.ok(before !== undefined && !/^\/(?:after|until)/.test(String(before['path'])), what);
      assert.ok(before['access'] === 'failed' || Number(before['status']) >= 200, what);
      assert.ok(Buffer.byteLength(JSON.stringify(before)) < 4096, what);
    }
    const known = new Set(['http', 'failed']);
    assert.ok(
      log.lines().every(({ access, time, client }) => known.has(String(access)) && typeof time === 'string' && client === '127.0.0.1'),
    );
    const quotes = log.lines().find(({ path }) => path === '/n"},{"status":"1');
    assert.deepEqual([quotes?.['status'], quotes?.['userAgent']], [200, '"}']);
  });

  it('has a shorter object for each TCP connection, one for each that fails, and goes on after a reload', async (t) => {
    const edge = await openEdge(t, { haproxy: binary, address: 'own', flags: { accessLog: true } });
    const log = logOf(t, edge);
    const [port = 0] = await freePorts(1, edge.address);
    const labels = { HAPROXY_0_MODE: 'tcp', HAPROXY_0_VHOST: '' };
    const app = { portDefinitions: [{ port }], labels, env: { STANDIN_MODE: 'tcp' } };
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/lines', app));
    await waitFor('the service port is open', async () => askLine(edge.address, port));
    const tcp = await log.find({ access: 'tcp' });
    assert.match(String(tcp['frontend']), /^lines_\d+/);
    assert.equal(tcp['backend'], `lines_${port}`);
    assert.ok(Number(tcp['bytesIn']) > 0 && Number(tcp['bytesOut']) > 0 && Number(tcp['totalMs']) >= 0, JSON.stringify(tcp));
    assert.deepEqual([tcp['status'], tcp['method'], tcp['path']], [undefined, undefined, undefined]);

    await send(edge, edge.ports.https, 'no TLS\r\n\r\n');
    const failed = await log.find({ access: 'failed', frontend: 'marathon_https_in' });
    assert.match(String(failed['error']), /SSL|TLS/);

    const { reloads } = (await edge.daemon.views.status()).counters;
    const [other = 0] = await freePorts(1, edge.address);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/web', { portDefinitions: [{ port: other }] }));
    await edge.until(200, 'web.example', '/new');
    await waitFor('a reload', async () => (await edge.daemon.views.status()).counters.reloads > reloads);
    await waitFor('the service port', async () => (await getFrom(`http://${edge.address}:${other}/service`)).status === 200);
    assert.equal((await log.find({ path: '/service' }))['backend'], `web_${other}`);
  });
});
