import assert from 'node:assert/strict';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { after, before, it } from 'node:test';
import type { BuildOptions } from '../../src/desired/options.ts';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { ask as askFor, type Asked, basic } from '../kit/ask.ts';
import { anEntry, aPort, aTask, build, someGlobals } from '../kit/builders.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { startSomewhere, writeRendered } from '../kit/rendered-haproxy.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** What a password is to requests, as a client sees it: `openssl passwd -6 -salt abcdefgh secret`. */
const HASH = '$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.';

/** App id -> labels of its only port. */
const APPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/plain': { VHOST: 'plain.example' },
  '/hsts': { VHOST: 'hsts.example', USE_HSTS: 'true' },
  '/auth': { VHOST: 'auth.example', AUTH: `The Shop:ann:${HASH}`, HTTP_BACKEND_REDIR: '/home' },
  '/auth-by-port': { AUTH: `Port:bob:${HASH}` },
  '/pass': { VHOST: 'pass.example,pass-too.example', PATH: '/cart /Cart /other', HTTP_BACKEND_PROXYPASS_PATH: '/cart/' },
  '/rev': { VHOST: 'rev.example,*.rev.example', HTTP_BACKEND_REVPROXY_PATH: '/100%25' },
  '/redir': { VHOST: 'redir.example,*.redir.example', HTTP_BACKEND_REDIR: 'https://www.example.com/a?b=100%25' },
  '/redir-any': { MODE: 'http', HTTP_BACKEND_REDIR: '/home' },
  '/allowed': {
    VHOST: 'allowed.example',
    BACKEND_NETWORK_ALLOWED_ACL: `${Array.from({ length: 99 }, (_, n) => `10.0.${n}.0/24`).join(' ')} 127.0.0.0/8`,
  },
  '/refused': { VHOST: 'refused.example', BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8 ::1' },
  '/refused-tcp': { BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8' },
  '/allowed-tcp': { BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8 127.0.0.1' },
  '/limited': { VHOST: 'limited.example', RATE_LIMIT: '3/1h' },
  '/limited-too': { VHOST: 'limited-too.example', RATE_LIMIT: '3/1h' },
  '/cors': { VHOST: 'cors.example', CORS_ORIGINS: 'https://www.example.com,http://localhost:3000', AUTH: `R:ann:${HASH}` },
  '/cors-any': { VHOST: 'cors-any.example', CORS_ORIGINS: '*' },
  '/slow': { VHOST: 'slow.example', TIMEOUT_SERVER: '200ms' },
  '/busy': { VHOST: 'busy.example', MAXCONN: '1', TIMEOUT_QUEUE: '200ms' },
  '/h2': { VHOST: 'h2.example', BACKEND_PROTO: 'h2' },
};

/** Strict, as Marathon-LB was. */
const STRICT: typeof APPS = {
  '/auth': { VHOST: 'auth.example', AUTH: `The Shop:ann:${HASH}` },
  '/auth-by-port': { MODE: 'http', AUTH: `Port:bob:${HASH}` },
  '/pass': { VHOST: 'pass.example', HTTP_BACKEND_PROXYPASS_PATH: '/cart' },
  '/rev': { VHOST: 'rev.example', HTTP_BACKEND_REVPROXY_PATH: '/root' },
  '/rev-rest': { VHOST: 'rev-rest.example', HTTP_BACKEND_REVPROXY_PATH: '/root\\3' },
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What the app was asked; undefined: it was not. */
  readonly seen: { readonly url: string; readonly host: string; readonly httpVersion: string } | undefined;
}

const ask = async (asked: Asked): Promise<Answer> => {
  const { status, headers, body } = await askFor(asked);
  return { status, headers, seen: headers['x-upstream'] === undefined ? undefined : (JSON.parse(body) as NonNullable<Answer['seen']>) };
};

/** Answers with what it was asked; `?location=` is where it redirects to; /hang gets no answer. */
const upstream = async (http2: boolean): Promise<Server | Http2Server> => {
  const answer = (
    incoming: { readonly url?: string | undefined; readonly headers: Readonly<Record<string, unknown>>; readonly httpVersion: string },
    response: { setHeader(name: string, value: string): unknown; end(text: string): unknown; statusCode: number },
  ): void => {
    const { url = '', headers, httpVersion } = incoming;
    if (url.startsWith('/hang')) return;
    const location = new URL(url, 'http://x').searchParams.get('location');
    if (location !== null) {
      response.statusCode = 302;
      response.setHeader('location', location);
    }
    response.setHeader('x-upstream', 'yes');
    response.end(JSON.stringify({ url, host: headers['host'] ?? headers[':authority'], httpVersion }));
  };
  const server = http2
    ? createHttp2Server((incoming, response) => answer(incoming, response))
    : createServer((incoming, response) => answer(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

interface Edge {
  readonly http: number;
  readonly appId: number;
  /** App id -> its service port. */
  readonly service: ReadonlyMap<string, number>;
}

const entriesOf = (apps: typeof APPS, service: Edge['service'], tasks: ReadonlyMap<string, number>) =>
  Object.entries(apps).map(([id, labels]) => {
    const named = Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
    return anEntry({ id, ports: [aPort({ servicePort: service.get(id) ?? 0 })], labels: { HAPROXY_GROUP: 'external', ...named } }, [
      aTask({ host: '127.0.0.1', ports: [tasks.get(id) ?? 0] }),
    ]);
  });

/** HAProxy with these apps, for the tests of the present `describe`. */
const edgeOf = (binary: string, apps: typeof APPS, options: Partial<BuildOptions> = {}): (() => Edge) => {
  let edge: Edge | undefined;
  const cleanups: (() => Promise<void> | void)[] = [];
  before(async () => {
    const folder = tempFolder();
    cleanups.push(folder.remove);
    const tasks = new Map<string, number>();
    for (const id of Object.keys(apps)) {
      const server = await upstream(id === '/h2');
      cleanups.push(() => {
        server.close();
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      tasks.set(id, (server.address() as AddressInfo).port);
    }
    const certificates = await certificatesFor([], folder.path);
    const write = async () => {
      const [http = 0, httpsPort = 0, appId = 0, statsPort = 0, ...rest] = await freePorts(4 + Object.keys(apps).length);
      edge = { http, appId, service: new Map(Object.keys(apps).map((id, at) => [id, rest[at] ?? 0])) };
      const { desired, problems } = build(entriesOf(apps, edge.service, tasks), {
        ...{ bindAddress: '127.0.0.1', httpPort: http, httpsPort, appIdPort: appId, statsPort, certificates, listenerSuffix: '_in' },
        ...options,
      });
      assert.deepEqual(problems, []);
      const globals = someGlobals({ runDir: folder.path, maxConnections: 200 });
      return { configFile: writeRendered({ ...desired, globals }, folder.path), port: http };
    };
    const { stop } = await startSomewhere(write, 5, binary);
    cleanups.push(stop);
  });
  after(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  return () => {
    assert.ok(edge !== undefined);
    return edge;
  };
};

/** Whether a connection in mode tcp is let through to a server, which answers HTTP. */
const answers = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'));
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(text.includes('200 OK')));
  });

eachHaproxy('labels that say what happens to requests', ({ binary }) => {
  const edge = edgeOf(binary, APPS);
  const http = async (asked: Omit<Asked, 'port'>): Promise<Answer> => ask({ port: edge().http, ...asked });
  const service = async (id: string, asked: Omit<Asked, 'port'>): Promise<Answer> => ask({ port: edge().service.get(id) ?? 0, ...asked });
  const byId = async (id: string, asked: Omit<Asked, 'port'>): Promise<Answer> =>
    ask({ port: edge().appId, ...asked, headers: { 'x-marathon-app-id': id, ...asked.headers } });

  it('USE_HSTS: each answer tells browsers to come by https', async () => {
    assert.equal((await http({ host: 'hsts.example' })).headers['strict-transport-security'], 'max-age=15768000');
    assert.equal((await http({ host: 'plain.example' })).headers['strict-transport-security'], undefined);
  });

  it('AUTH: a password is asked for by virtual host, by service port and by app id', async () => {
    const ways: readonly ((headers: Readonly<Record<string, string>>) => Promise<Answer>)[] = [
      (headers) => http({ host: 'auth.example', path: '/x', headers }),
      (headers) => service('/auth', { path: '/x', headers }),
      (headers) => byId('/auth', { path: '/x', headers }),
    ];
    for (const way of ways) {
      const { status, headers, seen } = await way({});
      assert.deepEqual([status, headers['www-authenticate'], seen], [401, 'Basic realm="The Shop"', undefined]);
      assert.equal((await way(basic('ann:wrong'))).status, 401);
      assert.equal((await way(basic('bob:secret'))).status, 401, 'a user of another app');
      assert.equal((await way(basic('ann:secret'))).status, 200);
    }
    assert.equal((await http({ host: 'auth.example', path: '/' })).status, 401, 'before anything else is answered');
    assert.equal((await service('/auth-by-port', {})).status, 401);
    assert.equal((await service('/auth-by-port', { headers: basic('bob:secret') })).status, 200);
  });

  it('HTTP_BACKEND_PROXYPASS_PATH: the prefix is cut off, and the host is that of the app', async () => {
    const rows = [
      ['/cart', '/'],
      ['/cart/', '/'],
      ['/cart/a/b?c=/cart/d', '/a/b?c=/cart/d'],
      ['/cart?x=1', '/?x=1'],
      ['/Cart/a', '/a'],
      ['/cartoon', '/cartoon'],
      ['/other/cart/a', '/other/cart/a'],
    ] as const;
    for (const [path, url] of rows) {
      const { seen } = await http({ host: 'pass-too.example', path });
      assert.deepEqual([seen?.url, seen?.host], [url, 'pass.example'], path);
    }
  });

  it('HTTP_BACKEND_REVPROXY_PATH: redirects by the app to itself stay below the path', async () => {
    const rows = [
      ['/login?next=/x', '/100%25/login?next=/x'],
      ['http://rev.example/login', '/100%25/login'],
      ['https://REV.example:8443/login', '/100%25/login'],
      ['http://a.rev.example/login', '/100%25/login'],
      ['/', '/100%25/'],
      ['http://other.example/login', 'http://other.example/login'],
      ['http://rev.example.evil/login', 'http://rev.example.evil/login'],
      ['http://revXexample/login', 'http://revXexample/login'],
      ['//other.example/login', '//other.example/login'],
      ['login', 'login'],
    ] as const;
    for (const [location, wanted] of rows) {
      const { headers } = await http({ host: 'rev.example', path: `/?location=${encodeURIComponent(location)}` });
      assert.equal(headers.location, wanted, location);
    }
  });

  it('HTTP_BACKEND_REDIR: / is answered by a redirect, on the hosts of the app', async () => {
    for (const host of ['redir.example', 'REDIR.example.:80', 'a.redir.example']) {
      const { status, headers } = await http({ host });
      assert.deepEqual([status, headers.location], [301, 'https://www.example.com/a?b=100%25'], host);
    }
    assert.equal((await http({ host: 'redir.example', path: '/a' })).status, 200);
    assert.equal((await service('/redir', { host: 'other.example' })).status, 200);
    assert.equal((await service('/redir-any', { host: 'other.example' })).headers.location, '/home');
  });

  it('BACKEND_NETWORK_ALLOWED_ACL: others are refused, in both modes', async () => {
    assert.equal((await http({ host: 'allowed.example' })).status, 200);
    assert.equal((await http({ host: 'refused.example' })).status, 403);
    assert.equal((await service('/refused', {})).status, 403);
    assert.equal((await byId('/refused', {})).status, 403);
    assert.equal(await answers(edge().service.get('/allowed-tcp') ?? 0), true);
    assert.equal(await answers(edge().service.get('/refused-tcp') ?? 0), false);
  });

  it('RATE_LIMIT: a client that asks more often is refused, and only there', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 5; count++) statuses.push((await http({ host: 'limited.example' })).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    assert.equal((await http({ host: 'limited-too.example' })).status, 200);
    assert.equal((await http({ host: 'plain.example' })).status, 200);
  });

  it('CORS_ORIGINS: pages of these origins may ask', async () => {
    const origin = 'http://localhost:3000';
    const preflight = { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-a, x-b' };
    const asked = await http({ host: 'cors.example', method: 'OPTIONS', headers: preflight });
    assert.deepEqual([asked.status, asked.seen], [204, undefined], 'without a password, which browsers do not send here');
    assert.equal(asked.headers['access-control-allow-origin'], origin);
    assert.equal(asked.headers['access-control-allow-methods'], 'PUT');
    assert.equal(asked.headers['access-control-allow-headers'], 'x-a, x-b');
    assert.equal(asked.headers['access-control-allow-credentials'], 'true');
    const { status, headers } = await http({ host: 'cors.example', headers: { origin, ...basic('ann:secret') } });
    assert.deepEqual([status, headers['access-control-allow-origin'], headers.vary], [200, origin, 'Origin']);
    const refused = await http({ host: 'cors.example', method: 'OPTIONS', headers: { ...preflight, origin: 'http://localhost:3001' } });
    assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [401, undefined]);
    const any = await http({ host: 'cors-any.example', headers: { origin: 'https://whoever.example' } });
    assert.equal(any.headers['access-control-allow-origin'], '*');
    assert.equal((await http({ host: 'cors-any.example' })).headers['access-control-allow-origin'], undefined);
  });

  it('TIMEOUT_SERVER: a server that says nothing for longer is given up', async () => {
    assert.equal((await http({ host: 'slow.example', path: '/hang' })).status, 504);
  });

  it('MAXCONN and TIMEOUT_QUEUE: who is too much for the servers waits so long', async () => {
    const first = request({ host: '127.0.0.1', port: edge().http, path: '/hang', agent: false, headers: { host: 'busy.example' } });
    first.on('error', () => undefined);
    first.end();
    try {
      let status = 200;
      // The first is on its way to the server, and nobody tells when it is there.
      while (status === 200) ({ status } = await http({ host: 'busy.example' }));
      assert.equal(status, 503);
    } finally {
      first.destroy();
    }
  });

  it('BACKEND_PROTO: servers are asked in HTTP/2', async () => {
    const { status, seen } = await http({ host: 'h2.example' });
    assert.deepEqual([status, seen?.httpVersion, seen?.host], [200, '2.0', 'h2.example']);
    assert.equal((await http({ host: 'plain.example' })).seen?.httpVersion, '1.1');
  });
});

eachHaproxy('with --compat strict', ({ binary }) => {
  const edge = edgeOf(binary, STRICT, { compat: 'strict' });
  const http = async (asked: Omit<Asked, 'port'>): Promise<Answer> => ask({ port: edge().http, ...asked });

  it('AUTH asks on port 80 and 443 only, and not at all without a virtual host', async () => {
    assert.equal((await http({ host: 'auth.example' })).status, 401);
    assert.equal((await http({ host: 'auth.example', headers: basic('ann:secret') })).status, 200);
    assert.equal((await ask({ port: edge().service.get('/auth') ?? 0 })).status, 200);
    assert.equal((await ask({ port: edge().appId, headers: { 'x-marathon-app-id': '/auth' } })).status, 200);
    assert.equal((await ask({ port: edge().service.get('/auth-by-port') ?? 0 })).status, 200);
  });

  it('HTTP_BACKEND_PROXYPASS_PATH cuts within words', async () => {
    assert.equal((await http({ host: 'pass.example', path: '/cartoon' })).seen?.url, '/oon');
    assert.equal((await http({ host: 'pass.example', path: '/cart/a?b' })).seen?.url, '/a?b');
  });

  it('HTTP_BACKEND_REVPROXY_PATH drops the rest, unless it is asked for', async () => {
    const path = `/?location=${encodeURIComponent('http://rev.example/login')}`;
    assert.equal((await http({ host: 'rev.example', path })).headers.location, '/root');
    const kept = `/?location=${encodeURIComponent('/login')}`;
    assert.equal((await http({ host: 'rev-rest.example', path: kept })).headers.location, '/root/login');
  });
});
