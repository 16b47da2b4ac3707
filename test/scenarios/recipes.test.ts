import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { operatorOverrides } from '../../src/pieces/overrides.ts';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { ask as askFor, type Asked, basic } from '../kit/ask.ts';
import { aCheck, anEntry, aPort, aTask, build, someGlobals } from '../kit/builders.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { startSomewhere, writeRendered } from '../kit/rendered-haproxy.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

/** What users of Marathon-LB had from its wiki and copied from app to app: labels with texts, as a client sees what they do. */

interface Recipe {
  readonly labels: Readonly<Record<string, string>>;
  /** HAProxy checks the task by HTTP. */
  readonly isChecked?: true;
  /** Marathon knows another port of the task than that on which it listens. */
  readonly isElsewhere?: true;
}

const lines = (...all: readonly string[]): string => all.map((line) => `  ${line}\n`).join('');

/** App id -> labels of its only port. {upstream} is the port on which its task listens. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  '/wild': {
    labels: {
      VHOST: 'wild.example',
      BACKEND_WEIGHT: '-1',
      HTTP_FRONTEND_ACL: lines(
        'acl host_{cleanedUpHostname} hdr_end(host) -i {hostname}',
        'use_backend {backend} if host_{cleanedUpHostname}',
      ),
      HTTPS_FRONTEND_ACL: lines('use_backend {backend} if {{ ssl_fc_sni -m end .{hostname} }}'),
    },
  },
  '/own-host': { labels: { VHOST: 'own.wild.example' } },
  '/regex': {
    labels: {
      VHOST: 'regex.example',
      PATH: '/v',
      HTTP_FRONTEND_ACL_WITH_PATH: lines(
        'acl host_{cleanedUpHostname} hdr(host) -i {hostname}',
        'acl path_{backend} path_reg ^{path}[0-9]+/',
        'use_backend {backend} if host_{cleanedUpHostname} path_{backend}',
      ),
      HTTPS_FRONTEND_ACL_ONLY_WITH_PATH: lines('acl path_{backend} path_reg ^{path}[0-9]+/'),
    },
  },
  '/no-listener': { labels: { VHOST: 'no-listener.example', FRONTEND_HEAD: '', FRONTEND_BACKEND_GLUE: '' } },
  '/timeouts': {
    labels: {
      VHOST: 'timeouts.example',
      BACKEND_HEAD: `\nbackend {backend}\n${lines('balance {balance}', 'mode {mode}', 'timeout server 2s', 'timeout tunnel 30m')}`,
    },
  },
  '/check': {
    labels: {
      VHOST: 'check.example',
      BACKEND_HTTP_HEALTHCHECK_OPTIONS: lines(
        'option  httpchk GET {healthCheckPath} HTTP/1.1\\r\\nHost:\\ checked.example',
        'timeout check {healthCheckTimeoutSeconds}s',
      ),
    },
    isChecked: true,
  },
  '/tls-before': {
    labels: {
      VHOST: 'tls-before.example',
      BACKEND_HTTP_OPTIONS: lines(
        'acl is_https hdr(X-Forwarded-Proto) https',
        'redirect scheme https unless { ssl_fc } or is_https',
        'option forwardfor',
      ),
    },
  },
  '/users': {
    labels: {
      VHOST: 'users.example',
      AUTH: 'The Shop:ann:$1$abcdefgh$irWbblnpmw.5z7wgBnprh0',
      USERLIST_HEAD: `\nuserlist user_{backend}\n${lines('user {user} password {passwd}', 'user bob insecure-password plain')}`,
    },
  },
  '/sticky': {
    labels: { VHOST: 'sticky.example', STICKY: 'true', BACKEND_STICKY_OPTIONS: lines('cookie JSESSIONID prefix nocache') },
  },
  '/logged': {
    labels: { VHOST: 'logged.example', BACKEND_HTTP_OPTIONS: lines('option httplog', 'option forwardfor header X-Client') },
  },
  '/fixed-port': {
    labels: {
      VHOST: 'fixed-port.example',
      BACKEND_SERVER_OPTIONS: lines(
        'server {serverName} {host_ipv4}:{upstream} id {serverId}{cookieOptions}{healthCheckOptions}{otherOptions}',
      ),
    },
    isElsewhere: true,
  },
  '/error-page': { labels: { VHOST: 'error-page.example' }, isElsewhere: true },
};

/** What the operator has for all apps. {errorFile} is where his page is. */
const BACKEND_HEAD = `\nbackend {backend}\n${lines('balance {balance}', 'mode {mode}', 'errorfile 503 {errorFile}')}`;
const ERROR_PAGE = 'HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/plain\r\nX-Page: own\r\nContent-Length: 4\r\n\r\nsoon';

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly httpVersion: string;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Id of the app that answered; '' when HAProxy did. */
  readonly app: string;
}

/** Answers with its name, sets a cookie, and keeps what it was asked; /hang gets no answer. */
const upstream = async (name: string, seen: Seen[]): Promise<Server> => {
  const server = createServer(({ url = '', headers, httpVersion }, response) => {
    seen.push({ url, headers, httpVersion });
    if (url === '/hang') return;
    response.setHeader('x-app', name);
    response.setHeader('set-cookie', 'JSESSIONID=abc; Path=/');
    response.end('here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

const ask = async (asked: Asked): Promise<Answer> => {
  const { status, headers } = await askFor(asked);
  return { status, headers, app: String(headers['x-app'] ?? '') };
};

const isOpen = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const IDS = Object.keys(RECIPES);

eachHaproxy("recipes of Marathon-LB's users", ({ binary }) => {
  const edge = { http: 0, https: 0 };
  const service = new Map<string, number>();
  const seen = new Map<string, Seen[]>(IDS.map((id) => [id, []]));
  const cleanups: (() => Promise<void> | void)[] = [];

  const entryOf = (id: string, { labels, isChecked, isElsewhere }: Recipe, listens: number) => {
    const own = Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value.replace('{upstream}', String(listens))]);
    return anEntry(
      {
        id,
        ports: [aPort({ servicePort: service.get(id) ?? 0 })],
        labels: { HAPROXY_GROUP: 'external', ...(Object.fromEntries(own) as object) },
        healthChecks: isChecked === true ? [aCheck({ path: '/ping', intervalSeconds: 1 })] : [],
      },
      [aTask({ host: '127.0.0.1', ports: [isElsewhere === true ? 1 : listens] })],
    );
  };

  before(async () => {
    const folder = tempFolder();
    cleanups.push(folder.remove);
    const listening = new Map<string, number>();
    for (const id of IDS) {
      const server = await upstream(id, seen.get(id) ?? []);
      cleanups.push(() => {
        server.close();
        server.closeAllConnections();
      });
      listening.set(id, (server.address() as AddressInfo).port);
    }
    const certificates = await certificatesFor([], folder.path);
    const errorFile = join(folder.path, '503.http');
    writeFileSync(errorFile, ERROR_PAGE);
    const overrides = operatorOverrides({}, new Map([['HAPROXY_BACKEND_HEAD', BACKEND_HEAD.replace('{errorFile}', errorFile)]]));
    const write = async () => {
      const [http = 0, httpsPort = 0, appIdPort = 0, statsPort = 0, ...rest] = await freePorts(4 + IDS.length);
      Object.assign(edge, { http, https: httpsPort });
      for (const [at, id] of IDS.entries()) service.set(id, rest[at] ?? 0);
      const entries = Object.entries(RECIPES).map(([id, recipe]) => entryOf(id, recipe, listening.get(id) ?? 0));
      const { desired, problems } = build(entries, {
        ...{ bindAddress: '127.0.0.1', httpPort: http, httpsPort, appIdPort, statsPort, certificates, overrides, listenerSuffix: '_in' },
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

  const http = async (asked: Omit<Asked, 'port'>): Promise<Answer> => ask({ port: edge.http, ...asked });
  const https = async (asked: Omit<Asked, 'port'> & { readonly host: string }): Promise<Answer> =>
    ask({ port: edge.https, servername: asked.host, ...asked });

  it('a wildcard takes every host that nobody else has', async () => {
    for (const by of [http, https]) {
      assert.equal((await by({ host: 'any.wild.example' })).app, '/wild');
      assert.equal((await by({ host: 'own.wild.example' })).app, '/own-host');
      assert.equal((await by({ host: 'other.example' })).status, 503);
    }
  });

  it('a path by a regular expression', async () => {
    for (const by of [http, https]) {
      assert.equal((await by({ host: 'regex.example', path: '/v12/cart' })).app, '/regex');
      assert.equal((await by({ host: 'regex.example', path: '/vx/cart' })).status, 503);
    }
  });

  it('a service port that nobody opens, of an app that is reached by its host', async () => {
    assert.equal((await http({ host: 'no-listener.example' })).app, '/no-listener');
    assert.equal(await isOpen(service.get('/no-listener') ?? 0), false);
    assert.equal(await isOpen(service.get('/wild') ?? 0), true, 'others are open');
  });

  it('timeouts of its own', async () => {
    assert.equal((await http({ host: 'timeouts.example' })).app, '/timeouts');
    assert.equal((await http({ host: 'timeouts.example', path: '/hang' })).status, 504);
  });

  it('a health check in HTTP/1.1 that names a host', async () => {
    const check = await waitFor('a check', () => seen.get('/check')?.find(({ url }) => url === '/ping'));
    assert.deepEqual([check.httpVersion, check.headers.host], ['1.1', 'checked.example']);
  });

  it('TLS that ended before: who came by http is sent to https', async () => {
    const { status, headers } = await http({ host: 'tls-before.example', path: '/x' });
    assert.deepEqual([status, headers.location], [302, 'https://tls-before.example/x']);
    assert.equal((await http({ host: 'tls-before.example', headers: { 'x-forwarded-proto': 'https' } })).app, '/tls-before');
    assert.equal((await https({ host: 'tls-before.example' })).app, '/tls-before');
  });

  it('more users, with a password as it is', async () => {
    assert.equal((await http({ host: 'users.example' })).status, 401);
    assert.equal((await http({ host: 'users.example', headers: basic('bob:wrong') })).status, 401);
    assert.equal((await http({ host: 'users.example', headers: basic('bob:plain') })).app, '/users');
  });

  it("a client stays by the app's own cookie", async () => {
    const { headers } = await http({ host: 'sticky.example' });
    const [cookie = ''] = headers['set-cookie'] ?? [];
    assert.match(cookie, /^JSESSIONID=[0-9a-f]{10}~abc; Path=\/$/);
    await http({ host: 'sticky.example', path: '/again', headers: { cookie: cookie.replace(/;.*/, '') } });
    const again = seen.get('/sticky')?.find(({ url }) => url === '/again');
    assert.equal(again?.headers.cookie, 'JSESSIONID=abc', 'the app sees what it wrote');
  });

  it('a log of its own is left out, and what stands beside it is not', async () => {
    assert.equal((await http({ host: 'logged.example', path: '/logged' })).app, '/logged');
    assert.equal(seen.get('/logged')?.find(({ url }) => url === '/logged')?.headers['x-client'], '127.0.0.1');
  });

  it('a task that listens on another port than Marathon knows', async () => {
    assert.equal((await http({ host: 'fixed-port.example' })).app, '/fixed-port');
  });

  it("an operator's page for apps whose servers are down", async () => {
    const { status, headers } = await http({ host: 'error-page.example' });
    assert.deepEqual([status, headers['x-page']], [503, 'own']);
    assert.equal((await http({ host: 'nobody.example' })).headers['x-page'], undefined);
  });
});
