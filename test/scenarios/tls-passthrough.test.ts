import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { it, type TestContext } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { passthroughSocketIn } from '../../src/startup/workers-sockets.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { atEnd } from '../kit/at-end.ts';
import { aCheck, anEntry, aPort, aTask } from '../kit/builders.ts';
import { type Core, openCore } from '../kit/core.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { tlsUpstream } from '../kit/tls-upstream.ts';
import { waitFor } from '../kit/wait-for.ts';

const SENDS_PROXY = '127.72.0.1';
const CLIENT = '127.74.0.1';
/** Who stands before says that the client is 203.0.113.9. */
const PROXY_V1 = 'PROXY TCP4 203.0.113.9 198.51.100.1 51000 443\r\n';

interface Reached {
  /** Common name of the certificate. */
  readonly certificate: string;
  readonly status: number;
  readonly app: string;
  /** As an app that is decrypted for has seen the request. */
  readonly seen: IncomingHttpHeaders;
}

interface Asked {
  /** '' = none is sent. */
  readonly name: string;
  readonly host?: string;
  readonly from?: string;
  readonly first?: string;
}

/** A TLS connection to the https port. */
const tlsTo = async (core: Core, { name, from = CLIENT, first }: Asked): Promise<TLSSocket> => {
  const socket = connect({ host: core.address, port: core.settings.httpsPort, localAddress: from });
  await once(socket, 'connect');
  if (first !== undefined) socket.write(first);
  const secure = connectTls({ socket, rejectUnauthorized: false, ...(name === '' ? {} : { servername: name }) });
  await once(secure, 'secureConnect');
  return secure;
};

const askOn = async (stream: Socket, host: string): Promise<Omit<Reached, 'certificate'>> => {
  const outgoing = request({ createConnection: () => stream, headers: { host, connection: 'close' } });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  const seen = body.startsWith('{') ? (JSON.parse(body) as IncomingHttpHeaders) : {};
  return { status: response.statusCode ?? 0, app: String(response.headers['x-app'] ?? ''), seen };
};

const reach = async (core: Core, asked: Asked): Promise<Reached> => {
  const stream = await tlsTo(core, asked);
  try {
    return { certificate: String(stream.getPeerCertificate().subject.CN), ...(await askOn(stream, asked.host ?? asked.name)) };
  } finally {
    stream.destroy();
  }
};

const whoAnswers = async (core: Core, name: string): Promise<readonly [certificate: string, app: string]> => {
  const { certificate, app } = await reach(core, { name });
  return [certificate, app];
};

const plainUpstream = async (t: TestContext, name: string): Promise<{ readonly port: number }> => {
  const server = createServer((incoming, response) => response.setHeader('x-app', name).end(JSON.stringify(incoming.headers)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(t, () => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port };
};

const entryOf = (id: string, servicePort: number, port: number, labels: Readonly<Record<string, string>>, checked = false): AppEntry =>
  anEntry(
    {
      id,
      ports: [aPort({ servicePort })],
      healthChecks: checked ? [aCheck({ protocol: 'HTTPS', path: '/', intervalSeconds: 1 })] : [],
      labels: {
        HAPROXY_GROUP: 'external',
        ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`HAPROXY_0_${name}`, value])),
      },
    },
    [aTask({ host: '127.0.0.1', ipAddresses: ['127.0.0.1'], ports: [port] })],
  );

const settle = async (core: Core): Promise<void> => {
  await waitFor('all of it is in HAProxy', async () => core.reloader.idle && (await core.plan()).kind === 'noop');
};

const PASSED = { TLS_PASSTHROUGH: 'true' } as const;

eachHaproxy('TLS passthrough', ({ binary }) => {
  const open = async (t: TestContext, flags: object = {}): Promise<Core> =>
    openCore(t, { haproxy: binary, flags: { tlsPassthrough: true, ...flags } });

  it('a connection goes by the name that is asked for: undecrypted to the app, or to the https frontend', async (t) => {
    const core = await open(t);
    const [safe, wild, http] = [await tlsUpstream(t, 'safe'), await tlsUpstream(t, 'wild'), await plainUpstream(t, '/shop')];
    const [a = 0, b = 0, c = 0] = await freePorts(3, core.address);
    core.take([
      entryOf('/safe', a, safe.port, { VHOST: 'safe.example', REDIRECT_TO_HTTPS: 'true', ...PASSED }, true),
      entryOf('/wild', b, wild.port, { VHOST: '*.wild.example', ...PASSED }),
      entryOf('/shop', c, http.port, { VHOST: 'shop.example,shop.wild.example,*.deep.wild.example' }),
    ]);
    await settle(core);
    assert.deepEqual(core.picture.problems(), []);
    await waitFor('the check has passed', async () => (await whoAnswers(core, 'safe.example').catch(() => [''])).includes('safe'));

    assert.deepEqual(await whoAnswers(core, 'safe.example'), ['safe', 'safe']);
    assert.deepEqual(await whoAnswers(core, 'SAFE.Example'), ['safe', 'safe']);
    assert.deepEqual(await whoAnswers(core, 'x.y.wild.example'), ['wild', 'wild']);
    assert.deepEqual(await whoAnswers(core, 'shop.example'), ['*', '/shop']);
    assert.deepEqual(await whoAnswers(core, 'shop.wild.example'), ['*', '/shop'], 'a host of its own goes before the wildcard');
    assert.deepEqual(await whoAnswers(core, 'a.deep.wild.example'), ['*', '/shop'], 'and so does the longer wildcard');
    assert.deepEqual(await whoAnswers(core, 'nobody.example'), ['*', '']);
    const nameless = await reach(core, { name: '', host: 'shop.example' });
    assert.deepEqual([nameless.certificate, nameless.app], ['*', '/shop']);
    assert.equal(nameless.seen['x-forwarded-for'], CLIENT);
    assert.equal(nameless.seen['x-forwarded-port'], String(core.settings.httpsPort));
    assert.equal(nameless.seen['x-forwarded-proto'], 'https');

    const redirect = await fetchPlain(core, 'safe.example');
    assert.deepEqual(redirect, [301, `https://safe.example:${core.settings.httpsPort}/`]);
  });

  it('a request for such a host on a connection for another is misdirected', async (t) => {
    const core = await open(t);
    const [safe, http] = [await tlsUpstream(t, 'safe'), await plainUpstream(t, '/shop')];
    const [a = 0, b = 0] = await freePorts(2, core.address);
    core.take([
      entryOf('/safe', a, safe.port, { VHOST: 'safe.example,*.wild.example', ...PASSED }),
      entryOf('/shop', b, http.port, { VHOST: 'shop.example' }),
    ]);
    await settle(core);
    const session = connectHttp2(`https://${core.address}:${core.settings.httpsPort}`, {
      servername: 'shop.example',
      rejectUnauthorized: false,
    });
    atEnd(t, () => session.destroy());
    for (const [host, status] of [
      ['shop.example', 200],
      ['safe.example', 421],
      ['Safe.example:443', 421],
      ['a.wild.example', 421],
      ['nobody.example', 503],
    ] as const) {
      const stream = session.request({ ':authority': host, ':path': '/' });
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status': number }];
      stream.close();
      assert.equal(headers[':status'], status, host);
    }
  });

  it('clients keep their address, also those of a balancer in front', async (t) => {
    const core = await open(t, { acceptProxy: '127.72.0.0/16' });
    const [safe, http] = [await tlsUpstream(t, 'safe'), await plainUpstream(t, '/shop')];
    const [a = 0, b = 0] = await freePorts(2, core.address);
    core.take([
      entryOf('/safe', a, safe.port, { VHOST: 'safe.example', BACKEND_NETWORK_ALLOWED_ACL: '203.0.113.0/24', ...PASSED }),
      entryOf('/shop', b, http.port, { VHOST: 'shop.example' }),
    ]);
    await settle(core);
    assert.deepEqual(core.picture.problems(), []);
    await assert.rejects(reach(core, { name: 'safe.example' }), 'another network');
    assert.equal((await reach(core, { name: 'safe.example', from: SENDS_PROXY, first: PROXY_V1 })).app, 'safe');
    const shop = await reach(core, { name: 'shop.example', from: SENDS_PROXY, first: PROXY_V1 });
    assert.equal(shop.seen['x-forwarded-for'], '203.0.113.9');
    assert.equal(shop.seen['x-forwarded-port'], '443');
  });

  it('the socket between its parts is made anew where it was deleted', async (t) => {
    const core = await open(t);
    const http = await plainUpstream(t, '/shop');
    const [a = 0] = await freePorts(1, core.address);
    core.take([entryOf('/shop', a, http.port, { VHOST: 'shop.example' })]);
    await settle(core);
    assert.equal(await core.haproxy.lostSockets(), false);
    rmSync(passthroughSocketIn(core.settings.runDir));
    assert.equal(await core.haproxy.lostSockets(), true);
    // The second is of a worker that has the socket by its usual name again.
    for (const because of ['it was deleted', 'once more']) {
      const { reloads } = core.reloader.counts;
      core.reloader.request([because]);
      await waitFor('the reload', () => core.reloader.counts.reloads > reloads && core.reloader.idle);
      assert.equal(await core.haproxy.lostSockets(), false);
      assert.deepEqual(await whoAnswers(core, 'shop.example'), ['*', '/shop']);
    }
  });

  it('what is no TLS is ended', async (t) => {
    const core = await open(t);
    core.take([]);
    await settle(core);
    const socket = connect({ host: core.address, port: core.settings.httpsPort });
    atEnd(t, () => socket.destroy());
    socket.write('GET / HTTP/1.1\r\nHost: safe.example\r\n\r\n');
    socket.resume();
    await Promise.race([once(socket, 'close'), once(socket, 'error')]);
  });

  it('reloads and apps that come and go cost no client anything', async (t) => {
    const core = await open(t);
    const [safe, http] = [await tlsUpstream(t, 'safe'), await plainUpstream(t, '/shop')];
    const ports = await freePorts(6, core.address);
    const steady = [
      entryOf('/safe', ports[0] ?? 0, safe.port, { VHOST: 'safe.example', ...PASSED }),
      entryOf('/shop', ports[1] ?? 0, http.port, { VHOST: 'shop.example' }),
    ];
    core.take(steady);
    await settle(core);
    const held = await tlsTo(core, { name: 'safe.example' });
    atEnd(t, () => held.destroy());
    let isOver = false;
    const wrong: string[] = [];
    const counts = new Map<string, number>();
    const client = async (name: string, app: string): Promise<void> => {
      while (!isOver) {
        const got = await whoAnswers(core, name).catch((error: unknown) => String(error));
        if (got[1] === app) counts.set(name, (counts.get(name) ?? 0) + 1);
        else wrong.push(`${name}: ${String(got)}`);
      }
    };
    const clients = [client('safe.example', 'safe'), client('shop.example', '/shop')];
    for (const [at, port] of ports.slice(2).entries()) {
      core.take([...steady, entryOf(`/more${at}`, port, safe.port, { VHOST: `more${at}.example`, ...PASSED })]);
      await settle(core);
      assert.deepEqual(await whoAnswers(core, `more${at}.example`), ['safe', 'safe']);
    }
    isOver = true;
    await Promise.all(clients);
    assert.deepEqual(wrong, []);
    assert.equal(counts.size, 2);
    assert.equal((await askOn(held, 'safe.example')).app, 'safe', 'a connection from before all of it');
  });
});

const fetchPlain = async (core: Core, host: string): Promise<readonly [number, string | undefined]> => {
  const outgoing = request({ host: core.address, port: core.settings.httpPort, agent: false, headers: { host } });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  return [response.statusCode ?? 0, response.headers.location];
};
