import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy, haproxies } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

const pemFor = async (name: string): Promise<{ readonly cert: string; readonly both: string; readonly key: string }> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [{ name: 'basicConstraints', cA: true }],
  });
  return { cert, key, both: `${cert}\n${key}\n` };
};

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sl-app-certs-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  return folder;
};

/** A request over TLS: who the server says to be, and what it answers; '' where it closes instead. */
const ask = async (
  host: string,
  port: number,
  client: { readonly cert?: string; readonly key?: string } = {},
): Promise<{ readonly name: string; readonly fingerprint: string; readonly text: string }> =>
  new Promise((resolve, reject) => {
    let text = '';
    let name = '';
    let fingerprint = '';
    const socket: TLSSocket = connect({ host, port, rejectUnauthorized: false, ...client }, () => {
      const { subject, fingerprint256 } = socket.getPeerCertificate();
      name = String(subject.CN);
      fingerprint = fingerprint256;
      socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    });
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    // Who shows no certificate is told so after the handshake, which is over for the client by then.
    socket.on('error', (error: Error) => {
      if (name === '') reject(error);
      else socket.destroy();
    });
    socket.on('close', () => resolve({ name, fingerprint, text }));
  });

/** A connection that begins as a balancer before this one does (PROXY protocol, version 1). */
const askByProxy = async (host: string, port: number, client: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connectPlain({ host, port }, () =>
      socket.write(`PROXY TCP4 ${client} 192.0.2.1 4711 80\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
    );
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });

const problemsOf = async (edge: Awaited<ReturnType<typeof openEdge>>): Promise<readonly string[]> =>
  (await edge.daemon.views.status()).problems.map(({ message }) => message);

eachHaproxy('how a service port is listened on', ({ binary }) => {
  it('by TLS, with a certificate that an app names; one that is renewed is taken', async (t) => {
    const appCerts = folderFor(t);
    const file = join(appCerts, 'shop.pem');
    writeFileSync(file, (await pemFor('shop.example')).both);
    const edge = await openEdge(t, { haproxy: binary, address: 'own', flags: { appCerts } });
    const [port = 0] = await freePorts(1, edge.address);
    const shop = anAppDefinition('/shop', { portDefinitions: [{ port }], labels: { HAPROXY_0_SSL_CERT: file } });
    await edge.deploy('POST', '/v2/apps', shop);
    const first = await waitFor('the service port speaks TLS', async () => ask(edge.address, port));
    assert.equal(first.name, 'shop.example');
    assert.match(first.text, /^HTTP\/1\.1 200/);
    assert.equal((await edge.until(200, 'shop.example')).status, 200);

    writeFileSync(file, (await pemFor('new.shop.example')).both);
    await waitFor('the renewed certificate', async () => (await ask(edge.address, port)).name === 'new.shop.example');
    assert.deepEqual(await problemsOf(edge), []);
  });

  it('only to clients that show a certificate of an authority', async (t) => {
    const appCerts = folderFor(t);
    const [server, authority] = [await pemFor('mine.example'), await pemFor('authority.example')];
    writeFileSync(join(appCerts, 'mine.pem'), server.both);
    writeFileSync(join(appCerts, 'authority.pem'), authority.cert);
    const edge = await openEdge(t, { haproxy: binary, address: 'own', flags: { appCerts } });
    const [port = 0] = await freePorts(1, edge.address);
    const labels = {
      HAPROXY_0_SSL_CERT: join(appCerts, 'mine.pem'),
      HAPROXY_0_BIND_OPTIONS: `ca-file ${join(appCerts, 'authority.pem')} verify required`,
    };
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/mine', { portDefinitions: [{ port }], labels }));
    const shown = { cert: authority.cert, key: authority.key };
    const answer = await waitFor('the service port speaks TLS', async () => ask(edge.address, port, shown));
    assert.match(answer.text, /^HTTP\/1\.1 200/);
    const without = await ask(edge.address, port).catch(() => ({ text: '' }));
    assert.equal(without.text, '');
  });

  it('by the PROXY protocol: the client is who the balancer before says', async (t) => {
    const edge = await openEdge(t, { haproxy: binary, address: 'own' });
    const [port = 0] = await freePorts(1, edge.address);
    const labels = { HAPROXY_0_BIND_OPTIONS: 'accept-proxy', HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL: '198.51.100.0/24' };
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/behind', { portDefinitions: [{ port }], labels }));
    const answer = await waitFor('the service port is open', async () => askByProxy(edge.address, port, '198.51.100.7'));
    assert.match(answer, /^HTTP\/1\.1 200/);
    assert.match(answer, /"x-forwarded-for":"198\.51\.100\.7"/);
    assert.match(await askByProxy(edge.address, port, '203.0.113.9'), /^HTTP\/1\.1 403/);
  });
});

for (const { version, binary } of haproxies.slice(0, 1))
  it(`a service port is not opened where the file of SSL_CERT is not there; as soon as it is, it is opened (HAProxy ${version})`, async (t) => {
    const appCerts = folderFor(t);
    const file = join(appCerts, 'late.pem');
    const edge = await openEdge(t, { haproxy: binary, address: 'own', flags: { appCerts } });
    const [port = 0] = await freePorts(1, edge.address);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/late', { portDefinitions: [{ port }], labels: { HAPROXY_0_SSL_CERT: file } }));
    await edge.until(200, 'late.example');
    await waitFor('the problem', async () =>
      (await problemsOf(edge)).some((message) => message.startsWith(`service port ${port} is not opened: its file ${file} cannot be used`)),
    );
    writeFileSync(file, (await pemFor('late.example')).both);
    await waitFor('the service port speaks TLS', async () => (await ask(edge.address, port)).name === 'late.example');
    assert.deepEqual(await problemsOf(edge), []);
  });

eachHaproxy('a check by HTTPS', ({ binary }) => {
  it('is made over TLS: a task is found well, and found ill', async (t) => {
    const edge = await openEdge(t, { haproxy: binary });
    const healthChecks = [{ protocol: 'HTTPS', path: '/health', intervalSeconds: 1, maxConsecutiveFailures: 0 }];
    const labels = { HAPROXY_0_HEALTHCHECK_HOST: 'tls.example' };
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/tls', { instances: 1, env: { STANDIN_MODE: 'https' }, healthChecks, labels }));
    // What is asked in plain text where TLS is spoken gets nothing: 502 is of a server that is up, 503 of none.
    await edge.until(502, 'tls.example');
    const [task] = edge.standIn.tasks('/tls');
    edge.standIn.faults.setHealth(task?.id ?? '', 'fail');
    await edge.until(503, 'tls.example');
    edge.standIn.faults.setHealth(task?.id ?? '', 'ok');
    await edge.until(502, 'tls.example');
  });
});
