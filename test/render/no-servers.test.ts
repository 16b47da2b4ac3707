import assert from 'node:assert/strict';
import { request, type IncomingHttpHeaders } from 'node:http';
import { after, before, it } from 'node:test';
import { pageOf } from '../../src/kit/page.ts';
import { certificatesFor } from '../../src/startup/certificate.ts';
import { anEntry, aPort, build, someGlobals } from '../kit/builders.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { startSomewhere, writeRendered } from '../kit/rendered-haproxy.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** What a client sees of apps none of which has a server. */

const OWN = `<p>It's "closed" # for $HOME\n\t100% %[env(HOME)] back\\soon: ünser Team \u0085😀</p>`;
const LONG = `<!-- ${'x'.repeat(8183)} -->`;
const OF_ALL = 'Nobody is here.\n';

const APPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/page': { VHOST: 'page.example', SORRY_PAGE: OWN },
  '/long': { VHOST: 'long.example', SORRY_PAGE: LONG },
  '/with-text': { VHOST: 'text.example', SORRY_PAGE: 'soon', BACKEND_HTTP_OPTIONS: '  option forwardfor' },
  '/kept': { VHOST: 'kept.example', KEEP_ROUTE: 'true', REDIRECT_TO_HTTPS: 'true' },
  '/gone': { VHOST: 'gone.example', REDIRECT_TO_HTTPS: 'true' },
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const ask = async (port: number, headers: Readonly<Record<string, string>>, path = '/'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, agent: false, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

interface Edge {
  readonly http: number;
  readonly appId: number;
  /** Of /kept. */
  readonly service: number;
}

const entryOf = (id: string, servicePort: number) => {
  const named = Object.fromEntries(Object.entries(APPS[id] ?? {}).map(([name, value]) => [`HAPROXY_0_${name}`, value]));
  return anEntry({ id, instances: 0, ports: [aPort({ servicePort })], labels: { HAPROXY_GROUP: 'external', ...named } }, []);
};

/** HAProxy with these apps, for the tests of the present `describe`. */
const edgeOf = (binary: string, ofAll: string | undefined): (() => Edge) => {
  const page = pageOf(ofAll ?? '');
  let edge: Edge | undefined;
  const cleanups: (() => Promise<void> | void)[] = [];
  before(async () => {
    const folder = tempFolder();
    cleanups.push(folder.remove);
    const certificates = await certificatesFor([], folder.path);
    const write = async () => {
      const [http = 0, httpsPort = 0, appIdPort = 0, statsPort = 0, ...rest] = await freePorts(4 + Object.keys(APPS).length);
      const ids = Object.keys(APPS);
      edge = { http, appId: appIdPort, service: rest[ids.indexOf('/kept')] ?? 0 };
      const { desired, problems } = build(
        ids.map((id, at) => entryOf(id, rest[at] ?? 0)),
        { bindAddress: '127.0.0.1', httpPort: http, httpsPort, appIdPort, statsPort, certificates, listenerSuffix: '_in' },
      );
      assert.deepEqual(problems, []);
      const globals = someGlobals({ runDir: folder.path, maxConnections: 200, ...('value' in page ? { sorryPage: page.value } : {}) });
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

const isPage = ({ status, headers, body }: Answer, type: string, text: string): void => {
  assert.deepEqual([status, headers['content-type'], headers['retry-after'], body], [503, `text/${type}; charset=utf-8`, '30', text]);
  assert.equal(headers['content-length'], String(Buffer.byteLength(text)));
};

/** HAProxy's own. */
const isPlain503 = ({ status, headers, body }: Answer): void => {
  assert.deepEqual([status, headers['retry-after']], [503, undefined]);
  assert.match(body, /503 Service Unavailable/);
};

eachHaproxy('apps without servers', ({ binary }) => {
  const edge = edgeOf(binary, undefined);

  it('SORRY_PAGE: is answered as it was written, with Retry-After, by virtual host and by app id', async () => {
    isPage(await ask(edge().http, { host: 'page.example' }), 'html', OWN);
    isPage(await ask(edge().http, { host: 'long.example' }), 'html', LONG);
    isPage(await ask(edge().http, { host: 'text.example' }), 'plain', 'soon');
    isPage(await ask(edge().appId, { host: 'x', 'x-marathon-app-id': '/page' }), 'html', OWN);
  });

  it('KEEP_ROUTE: the route is there, and nobody answers', async () => {
    assert.equal((await ask(edge().http, { host: 'kept.example' })).status, 301);
    isPlain503(await ask(edge().service, { host: 'kept.example' }));
    isPlain503(await ask(edge().appId, { host: 'x', 'x-marathon-app-id': '/kept' }));
    isPlain503(await ask(edge().http, { host: 'gone.example' }));
  });
});

eachHaproxy('apps without servers, and a page for all', ({ binary }) => {
  const edge = edgeOf(binary, OF_ALL);

  it('it is answered for every app without one of its own, and for hosts that nobody has', async () => {
    isPage(await ask(edge().http, { host: 'page.example' }), 'html', OWN);
    isPage(await ask(edge().service, { host: 'kept.example' }), 'plain', OF_ALL);
    isPage(await ask(edge().http, { host: 'gone.example' }), 'plain', OF_ALL);
    isPage(await ask(edge().http, { host: 'nobody.example' }), 'plain', OF_ALL);
  });
});
