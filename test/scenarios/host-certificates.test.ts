import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { makePem } from '../kit/pem.ts';
import { askTls, type TlsAnswer, type TlsVisit } from '../kit/tls-client.ts';
import { waitFor } from '../kit/wait-for.ts';

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sl-hosts-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  return folder;
};

const ask = async ({ address, ports }: Edge, visit: Omit<TlsVisit, 'address' | 'port'>): Promise<TlsAnswer> =>
  askTls({ address, port: ports.https, ...visit }).catch(() => ({ fingerprint: '', status: 0 }));

const untilShown = async (edge: Edge, name: string, fingerprint: string): Promise<unknown> =>
  waitFor(`the certificate for ${name}`, async () => (await ask(edge, { name })).fingerprint === fingerprint);

const problemOf = async (edge: Edge, appId: string, message: RegExp): Promise<unknown> =>
  waitFor(`a problem of ${appId}`, async () =>
    (await edge.daemon.views.status()).problems.some((problem) => problem.appId === appId && message.test(problem.message)),
  );

/** Begins a session for one name and goes on with it for another one: the status of what is asked of that, 0 where there is no answer. */
const resumed = async (
  edge: Edge,
  first: string,
  second: string,
  maxVersion: 'TLSv1.2' | 'TLSv1.3',
  shows?: TlsVisit['shows'],
): Promise<number> => {
  const at = { host: edge.address, port: edge.ports.https, rejectUnauthorized: false, maxVersion } as const;
  const session = await new Promise<Buffer | undefined>((resolve, reject) => {
    let last: Buffer | undefined;
    const socket: TLSSocket = connect({ ...at, ...shows, servername: first }, () =>
      socket.write(`GET / HTTP/1.1\r\nhost: ${first}\r\nconnection: close\r\n\r\n`),
    );
    socket.on('session', (one: Buffer) => (last = one));
    socket.on('data', () => undefined);
    socket.on('error', reject);
    socket.on('close', () => resolve(last));
  });
  return new Promise((resolve) => {
    let text = '';
    const socket: TLSSocket = connect({ ...at, servername: second, ...(session === undefined ? {} : { session }) }, () =>
      socket.write(`GET / HTTP/1.1\r\nhost: ${second}\r\nconnection: close\r\n\r\n`),
    );
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0)));
  });
};

eachHaproxy('hosts on the https port', ({ binary }) => {
  it('have the certificate of the app that has their route, and all others those of the operator', async (t) => {
    const [sslCerts, appCerts] = [folderFor(t), folderFor(t)];
    const [usual, exact, own, other] = [
      await makePem('usual.example'),
      await makePem('shop.example'),
      await makePem('shop.example'),
      await makePem('x'),
    ];
    writeFileSync(join(sslCerts, '0.pem'), usual.both);
    // Of the same name, and before that of the app.
    writeFileSync(join(sslCerts, '1.pem'), exact.both);
    for (const [name, { both }] of Object.entries({ shop: own, other })) writeFileSync(join(appCerts, `${name}.pem`), both);
    const edge = await openEdge(t, {
      haproxy: binary,
      apps: [anAppDefinition('/shop'), anAppDefinition('/open')],
      flags: { sslCerts, appCerts },
    });
    await untilShown(edge, 'shop.example', exact.fingerprint);
    await edge.deploy('PUT', '/v2/apps//shop', anAppDefinition('/shop', { labels: { HAPROXY_0_SSL_CERT: join(appCerts, 'shop.pem') } }));
    await untilShown(edge, 'shop.example', own.fingerprint);
    const labels = { HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_PATH: '/other', HAPROXY_0_SSL_CERT: join(appCerts, 'other.pem') };
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/other', { labels }));
    await problemOf(edge, '/other', /is not for shop\.example on the https frontend: \/shop has that host/);
    for (const [name, fingerprint] of [
      ['shop.example', own.fingerprint],
      ['SHOP.Example', own.fingerprint],
      ['open.example', usual.fingerprint],
      ['nobody.example', usual.fingerprint],
      [undefined, usual.fingerprint],
    ] as const)
      assert.equal((await ask(edge, { ...(name === undefined ? {} : { name }), host: 'open.example' })).fingerprint, fingerprint, name);
    assert.equal((await ask(edge, { name: 'open.example', host: 'shop.example' })).status, 200, 'a host without options is for everybody');
    await edge.deploy('DELETE', '/v2/apps//shop');
    await untilShown(edge, 'shop.example', other.fingerprint);

    writeFileSync(join(appCerts, 'ca.pem'), (await makePem('ca', 'authority')).cert);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/keyless', { labels: { HAPROXY_0_SSL_CERT: join(appCerts, 'ca.pem') } }));
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/last'));
    await edge.until(200, 'last.example');
  });

  it('ask with --group-https-by-vhost for what their apps ask for, of whoever comes to them and of nobody else', async (t) => {
    const appCerts = folderFor(t);
    const [authority, foreign, own] = [
      await makePem('authority', 'authority'),
      await makePem('foreign', 'authority'),
      await makePem('sec.example'),
    ];
    for (const [name, text] of Object.entries({ 'ca.pem': authority.cert, 'foreign.pem': foreign.cert, 'sec.pem': own.both }))
      writeFileSync(join(appCerts, name), text);
    const asks = (ca: string): Readonly<Record<string, string>> => ({
      HAPROXY_0_BIND_OPTIONS: `ca-file ${join(appCerts, ca)} verify required`,
    });
    const edge = await openEdge(t, {
      haproxy: binary,
      apps: [
        anAppDefinition('/sec', { labels: { ...asks('ca.pem'), HAPROXY_0_SSL_CERT: join(appCerts, 'sec.pem') } }),
        anAppDefinition('/foreign', { labels: asks('foreign.pem') }),
        anAppDefinition('/open'),
        anAppDefinition('/wrong', { labels: { HAPROXY_0_BIND_OPTIONS: 'ciphers nonsense' } }),
      ],
      flags: { appCerts, groupHttpsByVhost: true },
    });
    const shows = { cert: authority.cert, key: authority.key };
    const foreigner = { cert: foreign.cert, key: foreign.key };
    await waitFor('the host', async () => (await ask(edge, { name: 'sec.example', shows })).status === 200);
    assert.equal((await ask(edge, { name: 'sec.example', shows })).fingerprint, own.fingerprint);
    assert.equal((await ask(edge, { name: 'open.example' })).status, 200);
    assert.equal((await ask(edge, { name: 'sec.example' })).status, 0, 'without a certificate');
    assert.equal((await ask(edge, { name: 'sec.example', shows: foreigner })).status, 0, 'with another one');
    assert.equal((await ask(edge, { name: 'foreign.example', shows: foreigner })).status, 200);
    for (const visit of [
      { name: 'open.example', host: 'sec.example' },
      { name: 'open.example', host: 'SEC.example:443', shows },
      { name: 'foreign.example', host: 'sec.example.', shows: foreigner },
      { host: 'sec.example' },
    ])
      assert.equal((await ask(edge, visit)).status, 421, JSON.stringify(visit.host));
    for (const host of [
      'sec.example,open.example',
      'open.example,sec.example',
      'sec.example, open.example',
      'sec.example\r\nhost: open.example',
    ])
      assert.ok([0, 400, 421, 503].includes((await ask(edge, { name: 'open.example', host })).status), `two hosts: ${host}`);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      assert.ok(
        [0, 403, 421].includes(await resumed(edge, 'open.example', 'sec.example', version)),
        `${version}: a session for another host`,
      );
      const status = await resumed(edge, 'foreign.example', 'sec.example', version, foreigner);
      assert.ok([0, 403, 421].includes(status), `${version}: a session for a host with other authorities: ${status}`);
    }
    await problemOf(edge, '/wrong', /wrong\.example is shut on the https frontend, for its options cannot be had: HAProxy refuses it: /);
    assert.equal((await ask(edge, { name: 'wrong.example' })).status, 503);
    assert.equal((await edge.get('wrong.example')).status, 200, 'the http port is as it was');
  });
});
