import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type IncomingHttpStatusHeader } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Desired } from '../../src/desired/desired.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { ask as askFor, type Asked } from '../kit/ask.ts';
import { anEntry, aPort, aTask, build, someGlobals } from '../kit/builders.ts';
import { freePorts } from '../kit/free-ports.ts';
import { LISTENER_SUFFIX, startSomewhere, writeRendered } from '../kit/rendered-haproxy.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** App id -> labels of its first port. Every app is one task that answers with its id. */
type Apps = Readonly<Record<string, Readonly<Record<string, string>>>>;

const APPS: Apps = {
  '/shop': { VHOST: 'shop.example,shop-too.example' },
  '/cart': { VHOST: 'shop.example', PATH: '/cart /basket' },
  '/cart/new': { VHOST: 'shop.example', PATH: '/cart/new' },
  '/only-api': { VHOST: 'api.wild.example', PATH: '/api' },
  '/wild': { VHOST: '*.wild.example' },
  '/wild/path': { VHOST: '*.wild.example', PATH: '/deep' },
  '/deeper': { VHOST: '*.b.wild.example' },
  '/wild/pattern': { VHOST: '*.wild.example', PATH_REGEX: '^/v[0-9]+/' },
  '/any-case': { VHOST: 'shop.example', PATH: '-i /Sale' },
  '/secure': { VHOST: 'secure.example', REDIRECT_TO_HTTPS: 'true' },
  '/v6': { VHOST: '::1' },
  '/by-id': { MODE: 'http' },
  '/plain': { MODE: 'tcp' },
};

interface Answer {
  readonly status: number;
  /** Id of the app that answered; '' when HAProxy did. */
  readonly app: string;
  readonly location: string | undefined;
  /** As the app got the request. */
  readonly seen: { readonly url: string; readonly headers: IncomingHttpHeaders } | undefined;
}

const NOBODY = { status: 503, app: '' };

/** A server that answers with its name and with what it was asked. */
const upstream = async (name: string): Promise<Server> => {
  const server = createServer((incoming, response) => {
    response.setHeader('x-app', name);
    response.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

const seenIn = (body: string): Answer['seen'] => (body.startsWith('{') ? (JSON.parse(body) as NonNullable<Answer['seen']>) : undefined);

const ask = async (asked: Asked): Promise<Answer> => {
  const { status, headers, body } = await askFor(asked);
  return { status, app: String(headers['x-app'] ?? ''), location: headers.location, seen: seenIn(body) };
};

/** One connection with this SNI; a request for each host on it. */
const askByHttp2 = async (port: number, servername: string, hosts: readonly string[]): Promise<readonly Answer[]> => {
  const session = connect(`https://127.0.0.1:${port}`, { servername, rejectUnauthorized: false });
  try {
    return await Promise.all(
      hosts.map(
        async (host) =>
          new Promise<Answer>((resolve, reject) => {
            session.once('error', reject);
            const stream = session.request({ ':authority': host, ':path': '/' });
            let answered: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
            let body = '';
            stream.setEncoding('utf8');
            stream.on('response', (headers) => (answered = headers));
            stream.on('data', (text: string) => (body += text));
            stream.on('error', reject);
            stream.on('end', () =>
              resolve({
                status: answered[':status'] ?? 0,
                app: String(answered['x-app'] ?? ''),
                location: undefined,
                seen: seenIn(body),
              }),
            );
            stream.end();
          }),
      ),
    );
  } finally {
    session.close();
  }
};

interface Edge {
  readonly http: number;
  readonly https: number;
  readonly appId: number;
  readonly stats: number;
  /** App id -> its service port. */
  readonly service: ReadonlyMap<string, number>;
}

const entryOf = (id: string, labels: Readonly<Record<string, string>>, servicePort: number, taskPort: number): AppEntry => {
  const named = Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value]);
  return anEntry({ id, ports: [aPort({ servicePort })], labels: { HAPROXY_GROUP: 'external', ...(Object.fromEntries(named) as object) } }, [
    aTask({ host: '127.0.0.1', ports: [taskPort] }),
  ]);
};

const desiredOf = (apps: Apps, edge: Edge, tasks: ReadonlyMap<string, number>, certificates: readonly string[]): Desired => {
  const entries = Object.entries(apps).map(([id, labels]) => entryOf(id, labels, edge.service.get(id) ?? 0, tasks.get(id) ?? 0));
  const { desired, problems } = build(entries, {
    bindAddress: '127.0.0.1',
    httpPort: edge.http,
    httpsPort: edge.https,
    appIdPort: edge.appId,
    statsPort: edge.stats,
    certificates,
    listenerSuffix: LISTENER_SUFFIX,
  });
  assert.deepEqual(problems, []);
  return desired;
};

const newEdge = async (ids: readonly string[]): Promise<Edge> => {
  const [http = 0, https = 0, appId = 0, stats = 0, ...service] = await freePorts(4 + ids.length);
  return { http, https, appId, stats, service: new Map(ids.map((id, at) => [id, service[at] ?? 0])) };
};

/** HAProxy with these apps, for the tests of the present `describe`. */
const edgeOf = (apps: Apps): { readonly edge: () => Edge } => {
  let edge: Edge | undefined;
  const cleanups: (() => Promise<void> | void)[] = [];

  before(async () => {
    const folder = tempFolder();
    cleanups.push(folder.remove);
    const tasks = new Map<string, number>();
    for (const id of Object.keys(apps)) {
      const server = await upstream(id);
      cleanups.push(() => {
        server.close();
        server.closeAllConnections();
      });
      tasks.set(id, (server.address() as AddressInfo).port);
    }
    const certificates = await certificatesFor([], folder.path);
    const { stop } = await startSomewhere(async () => {
      edge = await newEdge(Object.keys(apps));
      const desired = desiredOf(apps, edge, tasks, certificates);
      const globals = someGlobals({ runDir: folder.path, maxConnections: 100 });
      return { configFile: writeRendered({ ...desired, globals }, folder.path), port: edge.http };
    });
    cleanups.push(stop);
  });

  after(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  return {
    edge: () => {
      assert.ok(edge !== undefined);
      return edge;
    },
  };
};

describe('requests to port 80', () => {
  const { edge } = edgeOf(APPS);
  const rows: readonly (readonly [sentence: string, asked: Omit<Asked, 'port'>, app: string])[] = [
    ['an exact host', { host: 'shop.example' }, '/shop'],
    ['each of several hosts', { host: 'shop-too.example', path: '/cart' }, '/shop'],
    ['in any case', { host: 'Shop.EXAMPLE', path: '/x' }, '/shop'],
    ['with a port', { host: 'shop.example:8080' }, '/shop'],
    ['with the dot that ends a full name', { host: 'shop.example.' }, '/shop'],
    ['with all of it', { host: 'SHOP.example.:80', path: '/Basket' }, '/shop'],
    ['with the dot, and a path', { host: 'shop.example.:80', path: '/basket/1' }, '/cart'],
    ['an IPv6 address', { host: '[::1]' }, '/v6'],
    ['an IPv6 address with a port', { host: '[::1]:80', path: '/x' }, '/v6'],
    ['the longest prefix', { host: 'shop.example', path: '/cart/new/1' }, '/cart/new'],
    ['the longest that fits', { host: 'shop.example', path: '/cart/ne' }, '/cart'],
    ['each of several prefixes', { host: 'shop.example', path: '/basket' }, '/cart'],
    ['a prefix is one of characters', { host: 'shop.example', path: '/cartoon' }, '/cart'],
    ['paths keep their case', { host: 'shop.example', path: '/CART' }, '/shop'],
    ['the query is no path', { host: 'shop.example', path: '/?x=/cart' }, '/shop'],
    ['a path and a query', { host: 'SHOP.example', path: '/cart?x=1' }, '/cart'],
    ['the whole URL in the request line', { host: 'shop.example', path: 'http://shop.example/cart' }, '/cart'],
    ['OPTIONS * is a request for /', { host: 'shop.example', path: '*', method: 'OPTIONS' }, '/shop'],
    ['POST', { host: 'shop.example', path: '/cart', method: 'POST' }, '/cart'],
    ['a wildcard', { host: 'a.wild.example' }, '/wild'],
    ['a wildcard in any case, with port and dot', { host: 'A.Wild.Example.:80' }, '/wild'],
    ['a wildcard at any depth', { host: 'x.y.z.wild.example', path: '/x' }, '/wild'],
    ['a wildcard with a path', { host: 'a.wild.example', path: '/deep/1' }, '/wild/path'],
    ['the wildcard with more labels', { host: 'a.b.wild.example', path: '/deep' }, '/deeper'],
    ['the name of that wildcard is one of the shorter', { host: 'b.wild.example' }, '/wild'],
    ['a host of its own comes before a wildcard', { host: 'api.wild.example', path: '/api/1' }, '/only-api'],
    ['a wildcard with a pattern', { host: 'A.wild.example:80', path: '/v12/x?y' }, '/wild/pattern'],
    ['a pattern asks for the path alone', { host: 'a.wild.example', path: '/x?/v12/' }, '/wild'],
    ['the wildcard with more labels, before one with a pattern', { host: 'a.b.wild.example', path: '/v12/x' }, '/deeper'],
    ['a host of its own, before a wildcard with a pattern', { host: 'api.wild.example', path: '/api/../v1/' }, '/only-api'],
    ['where the host has no such path the wildcard with a pattern answers', { host: 'api.wild.example', path: '/v1/' }, '/wild/pattern'],
    ['a prefix in any case', { host: 'shop.example', path: '/sALE/1' }, '/any-case'],
    ['and where it has no such path the wildcard answers', { host: 'api.wild.example', path: '/x' }, '/wild'],
  ];
  for (const [sentence, asked, app] of rows)
    it(sentence, async () => {
      const { status, app: answered } = await ask({ port: edge().http, ...asked });
      assert.deepEqual({ status, app: answered }, { status: 200, app });
    });

  const nobody: readonly (readonly [sentence: string, asked: Omit<Asked, 'port'>])[] = [
    ['a host that nobody has', { host: 'nobody.example' }],
    ['a name below a host', { host: 'x.shop.example' }],
    ['a name that only ends like a wildcard', { host: 'notwild.example' }],
    ['the name that a wildcard is below', { host: 'wild.example' }],
    ['a host that only begins like one', { host: 'shop.example.evil' }],
    ['no host', { host: '' }],
    ['a dot', { host: '.' }],
  ];
  for (const [sentence, asked] of nobody)
    it(`${sentence}: 503`, async () => {
      const { status, app } = await ask({ port: edge().http, ...asked });
      assert.deepEqual({ status, app }, NOBODY);
    });

  it('the app sees the request as it was, and who asked', async () => {
    const { seen } = await ask({
      port: edge().http,
      host: 'Shop.Example:80',
      path: '/a%20b?x=1&y',
      headers: { 'x-forwarded-for': '9.9.9.9' },
    });
    assert.equal(seen?.url, '/a%20b?x=1&y');
    assert.equal(seen.headers.host, 'Shop.Example:80');
    assert.equal(seen.headers['x-forwarded-for'], '9.9.9.9, 127.0.0.1');
    assert.equal(seen.headers['x-forwarded-port'], String(edge().http));
    assert.equal(seen.headers['x-forwarded-proto'], undefined);
  });
});

describe('redirects to https', () => {
  const { edge } = edgeOf(APPS);
  const rows: readonly (readonly [sentence: string, asked: Omit<Asked, 'port'>, location: string])[] = [
    ['path and query stay', { host: 'secure.example', path: '/a%20b/?x=1&y=/z' }, '/a%20b/?x=1&y=/z'],
    ['the port is that of https', { host: 'secure.example:8080', path: '/' }, '/'],
    ['in any case', { host: 'Secure.Example', path: '/' }, '/'],
    ['POST too', { host: 'secure.example', path: '/form', method: 'POST' }, '/form'],
    [
      'OPTIONS * to an empty path: in a URL that is what * is (RFC 9112, 3.2.4)',
      { host: 'secure.example', path: '*', method: 'OPTIONS' },
      '',
    ],
  ];
  for (const [sentence, asked, path] of rows)
    it(sentence, async () => {
      const { status, location } = await ask({ port: edge().http, ...asked });
      assert.equal(status, 301);
      assert.equal(location?.toLowerCase(), `https://secure.example:${edge().https}${path}`);
    });
  it('by https the app answers', async () => {
    const [answer] = await askByHttp2(edge().https, 'secure.example', ['secure.example']);
    assert.equal(answer?.app, '/secure');
  });
  it('on its service port too', async () => {
    const { app } = await ask({ port: edge().service.get('/secure') ?? 0, host: 'secure.example' });
    assert.equal(app, '/secure');
  });
});

describe('requests to port 443', () => {
  const { edge } = edgeOf(APPS);

  it('go by Host, whatever name the connection was opened for', async () => {
    const answers = await askByHttp2(edge().https, 'shop.example', [
      'shop.example',
      'Secure.example',
      'a.wild.example:443',
      'nobody.example',
    ]);
    assert.deepEqual(
      answers.map(({ app, status }) => [app, status]),
      [
        ['/shop', 200],
        ['/secure', 200],
        ['/wild', 200],
        ['', 503],
      ],
    );
  });

  it('the app is told that it was https', async () => {
    const [answer] = await askByHttp2(edge().https, 'shop.example', ['shop.example']);
    assert.equal(answer?.seen?.headers['x-forwarded-proto'], 'https');
    assert.equal(answer.seen.headers['x-forwarded-port'], String(edge().https));
    assert.equal(answer.seen.headers['x-forwarded-for'], '127.0.0.1');
  });
});

describe('requests by app id', () => {
  const { edge } = edgeOf(APPS);
  const answering = async (id: string | undefined) => {
    const headers = id === undefined ? {} : { 'X-Marathon-App-Id': id };
    const { status, app } = await ask({ port: edge().appId, host: 'whatever', headers });
    return { status, app };
  };
  it('lead to the app', async () => assert.deepEqual(await answering('/by-id'), { status: 200, app: '/by-id' }));
  it('in any case', async () => assert.deepEqual(await answering('/By-ID'), { status: 200, app: '/by-id' }));
  it('not to an app in mode tcp', async () => assert.deepEqual(await answering('/plain'), NOBODY));
  it('not to one that is not there', async () => assert.deepEqual(await answering('/nosuch'), NOBODY));
  it('not without the header', async () => assert.deepEqual(await answering(undefined), NOBODY));
});

describe('requests to a service port', () => {
  const { edge } = edgeOf(APPS);
  for (const id of ['/shop', '/by-id', '/plain'])
    it(`lead to ${id}, whatever their host`, async () => {
      const { app } = await ask({ port: edge().service.get(id) ?? 0, host: 'whatever' });
      assert.equal(app, id);
    });
  it('the statistics page answers for the whole', async () => {
    assert.equal((await ask({ port: edge().stats, path: '/_haproxy_health_check' })).status, 200);
    assert.equal((await ask({ port: edge().stats, path: '/haproxy?stats' })).status, 200);
    assert.equal((await ask({ port: edge().stats, path: '/metrics' })).status, 200);
  });
});

describe('with an app that takes any host', () => {
  const { edge } = edgeOf({
    '/any': { VHOST: '*' },
    '/any/api': { VHOST: '*', PATH: '/api' },
    '/shop': { VHOST: 'shop.example', PATH: '/cart' },
  });
  const rows: readonly (readonly [host: string, path: string, app: string])[] = [
    ['nobody.example', '/', '/any'],
    ['nobody', '/', '/any'],
    ['10.0.0.1:80', '/x', '/any'],
    ['', '/', '/any'],
    ['NOBODY.example.', '/api/1', '/any/api'],
    ['shop.example', '/cart', '/shop'],
    ['shop.example', '/x', '/any'],
  ];
  for (const [host, path, app] of rows)
    it(`'${host}${path}' leads to ${app}`, async () => assert.equal((await ask({ port: edge().http, host, path })).app, app));
});
