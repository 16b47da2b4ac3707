import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { it, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { AppEntry } from '../../src/model/model.ts';
import { atEnd } from '../kit/at-end.ts';
import { anEntry, aPort, aTask } from '../kit/builders.ts';
import { type Core, openCore } from '../kit/core.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

/** From where: the first is trusted, the second says who its client is, the third is anybody. */
const TRUSTED = '127.71.0.1';
const SENDS_PROXY = '127.72.0.1';
const ANYBODY = '127.73.0.1';

const FLAGS = { trustedProxies: '127.71.0.0/16', acceptProxy: '127.72.0.0/16,192.0.2.1' };

interface Asked {
  readonly from: string;
  readonly port: number;
  readonly tls?: true;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent before all else. */
  readonly first?: Buffer;
}

interface Got {
  readonly status: number;
  readonly location: string | undefined;
  /** As the app has seen the request. */
  readonly seen: IncomingHttpHeaders;
}

const plainly = async ({ from, port, first }: Asked, host: string): Promise<Socket> => {
  const socket = connect({ host, port, localAddress: from });
  await once(socket, 'connect');
  if (first !== undefined) socket.write(first);
  return socket;
};

const ask = async (core: Core, asked: Asked): Promise<Got> => {
  const socket = await plainly(asked, core.address);
  const stream = asked.tls === true ? connectTls({ socket, rejectUnauthorized: false, servername: 'any.example' }) : socket;
  try {
    const outgoing = request({
      createConnection: () => stream,
      headers: { host: asked.host ?? 'plain.example', connection: 'close', ...asked.headers },
    });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
    let body = '';
    for await (const chunk of response) body += String(chunk);
    const seen = body.startsWith('{') ? (JSON.parse(body) as IncomingHttpHeaders) : {};
    return { status: response.statusCode ?? 0, location: response.headers.location, seen };
  } finally {
    socket.destroy();
  }
};

/** An app that answers with the headers that it got. */
const entries = async (t: TestContext, address: string): Promise<readonly AppEntry[]> => {
  const server = createServer((incoming, response) => response.end(JSON.stringify(incoming.headers)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(t, () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const labels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    '/plain': { VHOST: 'plain.example' },
    '/secure': { VHOST: 'secure.example', REDIRECT_TO_HTTPS: 'true' },
    '/behind': { VHOST: 'behind.example', BIND_OPTIONS: 'accept-proxy' },
    '/inner': { VHOST: 'inner.example', BACKEND_NETWORK_ALLOWED_ACL: '203.0.113.0/24' },
    '/own': {
      VHOST: 'own.example',
      REDIRECT_TO_HTTPS: 'true',
      HTTPS_FRONTEND_ACL: '  use_backend {backend} if {{ ssl_fc_sni {hostname} }}',
    },
  };
  const servicePorts = await freePorts(Object.keys(labels).length, address);
  return Object.entries(labels).map(([id, own], at) =>
    anEntry(
      {
        id,
        ports: [aPort({ servicePort: servicePorts[at] ?? 0 })],
        labels: {
          HAPROXY_GROUP: 'external',
          ...Object.fromEntries(Object.entries(own).map(([name, value]) => [`HAPROXY_0_${name}`, value])),
        },
      },
      [aTask({ host: '127.0.0.1', ipAddresses: ['127.0.0.1'], ports: [port] })],
    ),
  );
};

const open = async (
  t: TestContext,
  haproxy: string,
  flags: object,
): Promise<Core & { readonly servicePort: number; readonly behindPort: number }> => {
  const core = await openCore(t, { haproxy, flags: { ...flags } });
  const apps = await entries(t, core.address);
  core.take(apps);
  await waitFor('all of it is in HAProxy', async () => (await core.plan()).kind === 'noop' && core.reloader.idle);
  assert.deepEqual(core.picture.problems(), []);
  const portOf = (id: string): number => apps.find(({ app }) => app.id === id)?.app.ports[0]?.servicePort ?? 0;
  return { ...core, ...{ servicePort: portOf('/plain'), behindPort: portOf('/behind') } };
};

const V1 = Buffer.from('PROXY TCP4 203.0.113.9 198.51.100.1 51000 443\r\n');
/** The same in the binary version. */
const V2 = Buffer.from([
  ...[0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a],
  ...[0x21, 0x11, 0, 12],
  ...[203, 0, 113, 9],
  ...[198, 51, 100, 1],
  ...[0xc7, 0x38],
  ...[0x01, 0xbb],
]);

eachHaproxy('balancers in front', ({ binary }) => {
  it('what a trusted one says of the client stays, and nobody else can say it', async (t) => {
    const core = await open(t, binary, FLAGS);
    const { httpPort, httpsPort, appIdPort } = core.settings;
    const said = { 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443', 'x-forwarded-for': '203.0.113.9' };

    const trusted = await ask(core, { from: TRUSTED, port: httpPort, headers: said });
    assert.equal(trusted.seen['x-forwarded-proto'], 'https');
    assert.equal(trusted.seen['x-forwarded-port'], '8443');
    assert.equal(trusted.seen['x-forwarded-for'], `203.0.113.9, ${TRUSTED}`);

    const silent = await ask(core, { from: TRUSTED, port: httpPort });
    assert.equal(silent.seen['x-forwarded-proto'], undefined);
    assert.equal(silent.seen['x-forwarded-port'], String(httpPort));

    for (const port of [httpPort, appIdPort, core.servicePort]) {
      const other = await ask(core, { from: ANYBODY, port, headers: { ...said, 'x-marathon-app-id': '/plain' } });
      assert.equal(other.seen['x-forwarded-proto'], undefined, String(port));
      assert.equal(other.seen['x-forwarded-port'], String(port));
      assert.equal(other.seen['x-forwarded-for'], `203.0.113.9, ${ANYBODY}`);
      const believed = await ask(core, { from: TRUSTED, port, headers: { ...said, 'x-marathon-app-id': '/plain' } });
      assert.equal(believed.seen['x-forwarded-proto'], 'https', String(port));
    }

    const http = { 'x-forwarded-proto': 'http' };
    const overTls = await ask(core, { from: ANYBODY, port: httpsPort, tls: true, headers: http });
    assert.equal(overTls.seen['x-forwarded-proto'], 'https');
    const overTlsTrusted = await ask(core, { from: TRUSTED, port: httpsPort, tls: true, headers: http });
    assert.equal(overTlsTrusted.seen['x-forwarded-proto'], 'http');
    assert.equal((await ask(core, { from: TRUSTED, port: httpsPort, tls: true })).seen['x-forwarded-proto'], 'https');
  });

  it('what came to a trusted one by https is not led to https again', async (t) => {
    const core = await open(t, binary, FLAGS);
    const { httpPort } = core.settings;
    for (const host of ['secure.example', 'own.example']) {
      const asking = async (from: string, proto: string): Promise<number> =>
        (await ask(core, { from, port: httpPort, host, headers: { 'x-forwarded-proto': proto } })).status;
      assert.equal(await asking(TRUSTED, 'https'), 200, host);
      assert.equal(await asking(TRUSTED, 'HTTPS'), 200, host);
      assert.equal(await asking(TRUSTED, 'http'), 301, host);
      assert.equal(await asking(ANYBODY, 'https'), 301, host);
    }
  });

  it('who sends the PROXY protocol stands for its client; nobody else may', async (t) => {
    const core = await open(t, binary, FLAGS);
    const { httpPort, httpsPort } = core.settings;
    for (const first of [V1, V2])
      for (const to of [{ port: httpPort }, { port: httpsPort, tls: true as const }]) {
        const got = await ask(core, { from: SENDS_PROXY, first, host: 'inner.example', ...to });
        assert.equal(got.status, 200, 'the network that is let in is that of the client');
        assert.equal(got.seen['x-forwarded-for'], '203.0.113.9');
        assert.equal(got.seen['x-forwarded-port'], '443');
      }
    assert.equal((await ask(core, { from: ANYBODY, port: httpPort, host: 'inner.example' })).status, 403);
    assert.equal((await ask(core, { from: ANYBODY, port: httpPort, first: V1 })).status, 400);
    await assert.rejects(ask(core, { from: SENDS_PROXY, port: httpPort }), 'without it the connection is closed');
    const trustedByName = await ask(core, { from: SENDS_PROXY, first: V1, port: httpPort, headers: { 'x-forwarded-proto': 'https' } });
    assert.equal(trustedByName.seen['x-forwarded-proto'], undefined, 'it is the client who says that');
  });

  it('a service port takes the PROXY protocol from everybody, where its label says so', async (t) => {
    const core = await open(t, binary, {});
    const got = await ask(core, { from: ANYBODY, first: V1, port: core.behindPort });
    assert.equal(got.seen['x-forwarded-for'], '203.0.113.9');
    await assert.rejects(ask(core, { from: ANYBODY, port: core.behindPort }));
  });

  it('without the flags what clients say is passed on, as Marathon-LB did', async (t) => {
    const core = await open(t, binary, {});
    const { httpPort } = core.settings;
    const got = await ask(core, { from: ANYBODY, port: httpPort, headers: { 'x-forwarded-proto': 'https' } });
    assert.equal(got.seen['x-forwarded-proto'], 'https');
    assert.equal(
      (await ask(core, { from: ANYBODY, port: httpPort, host: 'secure.example', headers: { 'x-forwarded-proto': 'https' } })).status,
      301,
    );
  });
});
