import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { connect, type PeerCertificate } from 'node:tls';
import { generate } from 'selfsigned';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

const APPS = [anAppDefinition('/cart'), anAppDefinition('/pay')];

/** Certificate and key. `weak`: of a size that is refused everywhere today. */
const pemFor = async (name: string, strength: 'strong' | 'weak' = 'strong'): Promise<string> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    ...(strength === 'strong' ? { keyType: 'ec' } : { keySize: 1024 }),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  return `${cert}\n${key}\n`;
};

/** A folder with one PEM file for each name; the files' names put them in the order of the names. */
const certificates = async (t: TestContext, names: readonly string[]): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'sl-certs-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  for (const [index, name] of names.entries()) writeFileSync(join(folder, `${index}.pem`), await pemFor(name));
  return folder;
};

interface Handshake {
  readonly certificate: PeerCertificate;
  /** By ALPN. */
  readonly protocol: string | false | null;
}

const handshake = async (edge: Edge, servername: string | undefined, protocols: readonly string[] = []): Promise<Handshake> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: edge.address,
      port: edge.ports.https,
      ...(servername === undefined ? {} : { servername }),
      ALPNProtocols: [...protocols],
      rejectUnauthorized: false,
    });
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      resolve({ certificate: socket.getPeerCertificate(), protocol: socket.alpnProtocol });
      socket.destroy();
    });
  });

interface Got {
  readonly status: number;
  readonly appId: string;
  readonly body: string;
}

const getHttps = async (edge: Edge, servername: string, host: string): Promise<Got> =>
  new Promise((resolve, reject) => {
    const options = { host: edge.address, port: edge.ports.https, servername, headers: { host }, rejectUnauthorized: false, agent: false };
    const outgoing = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, appId: String(response.headers['x-app-id']), body }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

/** Two requests to different hosts over one HTTP/2 connection. */
const getHttp2 = async (edge: Edge, servername: string, hosts: readonly string[]): Promise<readonly (readonly [number, string])[]> => {
  const session = connectHttp2(`https://${edge.address}:${edge.ports.https}`, { servername, rejectUnauthorized: false });
  try {
    return await Promise.all(
      hosts.map(
        async (host) =>
          new Promise<readonly [number, string]>((resolve, reject) => {
            session.once('error', reject);
            const stream = session.request({ ':authority': host, ':path': '/' });
            stream.on('response', (headers) => resolve([Number(headers[':status']), String(headers['x-app-id'])]));
            stream.on('error', reject);
            stream.resume();
          }),
      ),
    );
  } finally {
    session.destroy();
  }
};

eachHaproxy('https', ({ binary }) => {
  it('the certificate is chosen by SNI, the app by Host, and h2 by ALPN', async (t) => {
    const sslCerts = await certificates(t, ['cart.example', 'pay.example']);
    const edge = await openEdge(t, { haproxy: binary, apps: APPS, flags: { sslCerts } });
    await edge.until(200, 'cart.example');
    await edge.until(200, 'pay.example');

    for (const name of ['cart.example', 'pay.example']) {
      const { certificate } = await handshake(edge, name);
      assert.equal(certificate.subject.CN, name);
    }
    assert.equal((await handshake(edge, 'unknown.example')).certificate.subject.CN, 'cart.example', 'the first is for all others');
    assert.equal((await handshake(edge, undefined)).certificate.subject.CN, 'cart.example');
    assert.equal((await handshake(edge, 'cart.example', ['h2', 'http/1.1'])).protocol, 'h2');
    assert.equal((await handshake(edge, 'cart.example', ['http/1.1'])).protocol, 'http/1.1');

    const crossed = await getHttps(edge, 'cart.example', 'pay.example');
    assert.deepEqual([crossed.status, crossed.appId], [200, '/pay']);
    assert.match(crossed.body, /"x-forwarded-proto":"https"/);
    assert.deepEqual(await getHttp2(edge, 'cart.example', ['pay.example', 'cart.example', 'nobody.example']), [
      [200, '/pay'],
      [200, '/cart'],
      [503, 'undefined'],
    ]);
  });

  it('a certificate that is broken on disk stops no reload and stays in force; a renewed one is taken', async (t) => {
    const sslCerts = await certificates(t, ['cart.example', 'pay.example']);
    const file = join(sslCerts, '1.pem');
    const edge = await openEdge(t, { haproxy: binary, apps: APPS, address: 'own', flags: { sslCerts } });
    await edge.until(200, 'cart.example');
    const first = (await handshake(edge, 'pay.example')).certificate.fingerprint256;
    for (const [app, text, message] of [
      ['one', 'nonsense', /1\.pem cannot be used, and the last good version of it stays in force: it does not hold/],
      [
        'two',
        await pemFor('pay.example', 'weak'),
        /1\.pem cannot be used, and the last good version of it stays in force: HAProxy refuses it/,
      ],
    ] as const) {
      writeFileSync(file, text);
      // A new service port is a reload, whatever HAProxy can.
      await edge.deploy('POST', '/v2/apps', anAppDefinition(`/${app}`));
      await edge.until(200, `${app}.example`);
      await waitFor('the problem', async () =>
        (await edge.daemon.views.status()).problems.some((problem) => message.test(problem.message)),
      );
      await waitFor('nothing is left to do', async () => (await edge.daemon.views.plan()).kind === 'noop');
      assert.equal((await edge.daemon.views.status()).counters.failedReloads, 0);
      assert.equal((await handshake(edge, 'pay.example')).certificate.fingerprint256, first);
    }
    writeFileSync(file, await pemFor('pay.example'));
    edge.daemon.refresh();
    await waitFor('the renewed certificate', async () => (await handshake(edge, 'pay.example')).certificate.fingerprint256 !== first);
    assert.deepEqual((await edge.daemon.views.status()).problems, []);
  });

  it('without a certificate of the operator there is a self-signed one for any name', async (t) => {
    const edge = await openEdge(t, { haproxy: binary, apps: APPS });
    await edge.until(200, 'cart.example');
    const { certificate } = await handshake(edge, 'cart.example');
    assert.equal(certificate.subject.CN, '*');
    assert.equal(certificate.issuer.CN, '*');
    assert.deepEqual((await getHttps(edge, 'cart.example', 'cart.example')).status, 200);
  });
});
