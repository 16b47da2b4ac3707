import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { it, type TestContext } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import type { AppEntry } from '../../src/model/model.ts';
import { atEnd } from '../kit/at-end.ts';
import { aCheck, anEntry, aPort, aTask } from '../kit/builders.ts';
import { type Core, openCore } from '../kit/core.ts';
import { freePorts } from '../kit/free-ports.ts';
import { h2Upstream } from '../kit/h2-upstream.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

interface Wants {
  readonly servicePort: number;
  /** Of its tasks. */
  readonly ports: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  /** Checked by HTTP/1. */
  readonly healthPort?: number;
}

const entryOf = (id: string, { servicePort, ports, labels, healthPort }: Wants): AppEntry =>
  anEntry(
    {
      id,
      ports: [aPort({ servicePort })],
      healthChecks: healthPort === undefined ? [] : [aCheck({ port: healthPort, path: '/health', intervalSeconds: 1 })],
      labels: {
        HAPROXY_GROUP: 'external',
        ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value])),
      },
    },
    ports.map((port) => aTask({ id: `${id}.${port}`, host: '127.0.0.1', ipAddresses: ['127.0.0.1'], ports: [port] })),
  );

const settle = async (core: Core): Promise<void> => {
  await waitFor('all of it is in HAProxy', async () => core.reloader.idle && (await core.plan()).kind === 'noop');
};

const reload = async (core: Core): Promise<void> => {
  const { reloads } = core.reloader.counts;
  core.reloader.request(['the test wants it']);
  await waitFor('the reload', () => core.reloader.counts.reloads > reloads && core.reloader.idle);
};

const sessionTo = (t: TestContext, core: Core, port: number, scheme: 'http' | 'https'): ClientHttp2Session => {
  const session = connect(`${scheme}://${core.address}:${port}`, { servername: 'a.example', rejectUnauthorized: false });
  // What a stream of it ends with says what is wrong.
  session.on('error', () => undefined);
  atEnd(t, () => session.destroy());
  return session;
};

type Headers = IncomingHttpHeaders & { readonly ':status'?: number };

const headersOf = async (stream: ClientHttp2Stream): Promise<Headers> => ((await once(stream, 'response')) as [Headers])[0];

interface Whole {
  readonly status: number | undefined;
  readonly app: unknown;
  readonly body: string;
  readonly grpcStatus: unknown;
}

/** A request whose answer is read to its end, with what comes behind it. */
const ask = async (session: ClientHttp2Session, host: string, sent = ''): Promise<Whole> => {
  const stream = session.request({
    ':method': 'POST',
    ':authority': host,
    ':path': '/shop.Cart/Add',
    te: 'trailers',
    'content-type': 'application/grpc',
  });
  const trailers = once(stream, 'trailers') as Promise<[IncomingHttpHeaders]>;
  stream.end(sent);
  const [headers, body, [last]] = await Promise.all([headersOf(stream), readAll(stream), trailers]);
  return { status: headers[':status'], app: headers['x-app'], body, grpcStatus: last['grpc-status'] };
};

const readAll = async (stream: ClientHttp2Stream): Promise<string> => {
  let body = '';
  for await (const chunk of stream) body += String(chunk);
  return body;
};

const nextChunk = async (stream: ClientHttp2Stream): Promise<string> => String(((await once(stream, 'data')) as [Buffer])[0]);

const GRPC = { BACKEND_PROTO: 'h2' } as const;

/** Status of a call on a connection of its own. */
const call = async (t: TestContext, core: Core, host: string): Promise<number | undefined> => {
  const session = sessionTo(t, core, core.settings.httpsPort, 'https');
  const stream = session.request({ ':authority': host, ':path': '/' });
  stream.end();
  stream.resume();
  const { ':status': status } = await headersOf(stream);
  session.destroy();
  return status;
};

eachHaproxy('HTTP/2 from end to end', ({ binary }) => {
  const open = async (t: TestContext) => {
    const core = await openCore(t, { haproxy: binary });
    const [a, b] = [await h2Upstream(t, 'a'), await h2Upstream(t, 'b')];
    const [pa = 0, pb = 0] = await freePorts(2, core.address);
    core.take([
      entryOf('/a', { servicePort: pa, ports: [a.port], labels: { VHOST: 'a.example', ...GRPC }, healthPort: a.healthPort }),
      entryOf('/b', { servicePort: pb, ports: [b.port], labels: { VHOST: 'b.example', ...GRPC } }),
    ]);
    await settle(core);
    assert.deepEqual(core.picture.problems(), []);
    await waitFor('the check by HTTP/1 has passed', async () => (await call(t, core, 'a.example')) === 200);
    return { core, a, b, servicePort: pa };
  };

  it('many calls on one connection go each to the app of its host, and end with their trailers', async (t) => {
    const { core } = await open(t);
    const session = sessionTo(t, core, core.settings.httpsPort, 'https');
    const calls = Array.from({ length: 50 }, async (_, at) => ask(session, at % 2 === 0 ? 'a.example' : 'b.example', `call ${at}`));
    for (const [at, call] of (await Promise.all(calls)).entries())
      assert.deepEqual(call, { status: 200, app: at % 2 === 0 ? 'a' : 'b', body: `call ${at}`, grpcStatus: '0' });
  });

  it('without TLS too, where the client begins with it: on a service port and on port 80', async (t) => {
    const { core, servicePort } = await open(t);
    for (const port of [servicePort, core.settings.httpPort]) {
      const call = await ask(sessionTo(t, core, port, 'http'), 'a.example', 'plain');
      assert.deepEqual(call, { status: 200, app: 'a', body: 'plain', grpcStatus: '0' });
    }
  });

  it('both sides of a call speak at the same time', async (t) => {
    const { core } = await open(t);
    const stream = sessionTo(t, core, core.settings.httpsPort, 'https').request({
      ':method': 'POST',
      ':authority': 'a.example',
      ':path': '/talk',
    });
    for (const word of ['one', 'two', 'three']) {
      stream.write(word);
      assert.equal(await nextChunk(stream), word, 'the answer comes before the request has ended');
    }
    const trailers = once(stream, 'trailers');
    stream.end();
    stream.resume();
    assert.equal(((await trailers) as [IncomingHttpHeaders])[0]['grpc-status'], '0');
  });

  it('a stream that lasts survives reloads, and so does one to a server whose app scales', async (t) => {
    const { core, a, b, servicePort } = await open(t);
    const stream = sessionTo(t, core, core.settings.httpsPort, 'https').request({ ':authority': 'a.example', ':path': '/ticks' });
    assert.equal(await nextChunk(stream), 'first');
    await reload(core);
    core.take([entryOf('/a', { servicePort, ports: [a.port, b.port], labels: { VHOST: 'a.example', ...GRPC }, healthPort: a.healthPort })]);
    await settle(core);
    await reload(core);
    const [ticking] = a.ticking;
    assert.ok(ticking !== undefined);
    ticking.write('second');
    assert.equal(await nextChunk(stream), 'second');
    const trailers = once(stream, 'trailers');
    ticking.end('last');
    assert.equal(await readAll(stream), 'last');
    assert.equal(((await trailers) as [IncomingHttpHeaders])[0]['grpc-status'], '0');
    const next = await ask(sessionTo(t, core, core.settings.httpsPort, 'https'), 'a.example', 'next');
    assert.equal(next.status, 200);
  });
});

/** A WebSocket server that echoes. */
const echo = async (t: TestContext): Promise<number> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) => socket.send(data as Buffer, { binary: false }));
  });
  atEnd(t, () => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

const echoed = async (socket: WebSocket, word: string): Promise<string> => {
  const answer = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(word);
  return String((await answer)[0]);
};

/** A text in a frame as clients send it (RFC 6455, 5.2), masked with zeros. */
const frameOf = (word: string): Buffer => Buffer.concat([Buffer.from([0x81, 0x80 | word.length, 0, 0, 0, 0]), Buffer.from(word)]);

eachHaproxy('WebSockets', ({ binary }) => {
  it('by http, https, service port and over HTTP/2 they live through scaling and reloads', async (t) => {
    const core = await openCore(t, { haproxy: binary });
    const ports = [await echo(t), await echo(t)];
    const [servicePort = 0] = await freePorts(1, core.address);
    const app = (used: readonly number[]): AppEntry => entryOf('/chat', { servicePort, ports: used, labels: { VHOST: 'chat.example' } });
    core.take([app(ports.slice(0, 1))]);
    await settle(core);
    const { httpPort, httpsPort } = core.settings;
    const sockets = [
      `ws://${core.address}:${httpPort}/`,
      `wss://${core.address}:${httpsPort}/`,
      `ws://${core.address}:${servicePort}/`,
    ].map((url) => new WebSocket(url, { headers: { host: 'chat.example' }, rejectUnauthorized: false }));
    for (const socket of sockets) atEnd(t, () => socket.terminate());
    await Promise.all(sockets.map(async (socket) => once(socket, 'open')));
    const session = sessionTo(t, core, httpsPort, 'https');
    await waitFor('HAProxy takes them over HTTP/2', () => session.remoteSettings.enableConnectProtocol === true);
    const over = session.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'https',
      ':authority': 'chat.example',
      ':path': '/',
      'sec-websocket-version': '13',
    });
    assert.equal((await headersOf(over))[':status'], 200);

    const allSpeak = async (word: string): Promise<void> => {
      for (const socket of sockets) assert.equal(await echoed(socket, word), word);
      over.write(frameOf(word));
      assert.equal((await nextChunk(over)).slice(2), word);
    };
    await allSpeak('begin');
    core.take([app(ports)]);
    await settle(core);
    await allSpeak('scaled up');
    await reload(core);
    await allSpeak('reloaded');
    core.take([app(ports.slice(1))]);
    const serversIn = async (state: string): Promise<number> => {
      const seen = (await core.haproxy.observe('all')).backends.get(`chat_${servicePort}`);
      return [...(seen?.servers.values() ?? [])].filter((server) => server.state === state).length;
    };
    await waitFor('the server with all of them is retired', async () => (await serversIn('maint')) === 1);
    await allSpeak('its server is retired');
    await reload(core);
    await allSpeak('and gone from the configuration');
  });
});
