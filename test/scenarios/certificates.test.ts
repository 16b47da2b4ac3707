import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { masterOf } from '../kit/haproxy-of.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { makePem } from '../kit/pem.ts';
import { askTls, steadyTls } from '../kit/tls-client.ts';
import { waitFor } from '../kit/wait-for.ts';

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sl-certs-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  return folder;
};

const shown = async ({ address, ports }: Edge, name: string): Promise<string> =>
  (await askTls({ address, port: ports.https, name })).fingerprint;

const untilShown = async (edge: Edge, name: string, fingerprint: string): Promise<unknown> =>
  waitFor(`the certificate for ${name}`, async () => (await shown(edge, name)) === fingerprint);

const reloads = async ({ daemon }: Edge): Promise<number> => {
  const { reloads: good, failedReloads } = (await daemon.views.status()).counters;
  return good + failedReloads;
};

/** A listener is there before the reload that opened it is over. */
const untilSettled = async ({ daemon }: Edge): Promise<unknown> =>
  waitFor('nothing is left to do', async () => {
    const { haproxy } = await daemon.views.status();
    return haproxy.reloadPending.length === 0 && (await daemon.views.plan()).kind === 'noop';
  });

const problems = async ({ daemon }: Edge): Promise<readonly string[]> =>
  (await daemon.views.status()).problems.map(({ message }) => message);

/** As tools do that renew certificates: in one piece. */
const replace = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};

eachHaproxy('certificates that are replaced on disk', ({ binary }) => {
  it('are served without a reload, and nobody under way notices', async (t) => {
    const folder = folderFor(t);
    const file = join(folder, 'shop.pem');
    replace(file, (await makePem('shop.example')).both);
    const edge = await openEdge(t, { haproxy: binary, apps: [anAppDefinition('/shop')], flags: { sslCerts: file } });
    await edge.until(200, 'shop.example');
    await untilSettled(edge);
    const before = await reloads(edge);
    const clients = steadyTls(t, { address: edge.address, port: edge.ports.https, name: 'shop.example' });
    let last = '';
    for (let round = 0; round < 5; round += 1) {
      const { both, fingerprint } = await makePem('shop.example');
      replace(file, both);
      await untilShown(edge, 'shop.example', fingerprint);
      last = fingerprint;
    }
    await clients.stop();
    assert.deepEqual(clients.failures, []);
    assert.ok(clients.requests > 20);
    assert.equal(await reloads(edge), before);
    assert.deepEqual(await problems(edge), []);

    edge.daemon.reload();
    await waitFor('a reload', async () => (await reloads(edge)) > before);
    assert.equal(await shown(edge, 'shop.example'), last, 'the new worker has it too');
    process.kill((await masterOf(edge.runDir)) ?? 0, 'SIGKILL');
    await waitFor('HAProxy is back', async () => (await shown(edge, 'shop.example').catch(() => '')) === last);
  });

  it('come to a directory and go from it without a reload', async (t) => {
    const folder = folderFor(t);
    const [first, second] = [await makePem('a.example'), await makePem('b.example')];
    replace(join(folder, 'a.pem'), first.both);
    const edge = await openEdge(t, { haproxy: binary, apps: [anAppDefinition('/b')], flags: { sslCerts: folder } });
    await edge.until(200, 'b.example');
    await untilSettled(edge);
    const before = await reloads(edge);
    assert.equal(await shown(edge, 'b.example'), first.fingerprint, 'the first is for all others');
    // Key and certificate in two files, one after the other: between the two there is nothing to be used.
    writeFileSync(join(folder, 'b.pem'), second.cert);
    await waitFor('the problem', async () =>
      (await problems(edge)).some((message) => message.includes('b.pem cannot be used, and it is left out')),
    );
    writeFileSync(join(folder, 'b.pem.key'), second.key);
    await untilShown(edge, 'b.example', second.fingerprint);
    assert.equal(
      (await askTls({ address: edge.address, port: edge.ports.https, name: 'B.Example', host: 'b.example' })).fingerprint,
      second.fingerprint,
    );
    await waitFor('no problem', async () => (await problems(edge)).length === 0);
    rmSync(join(folder, 'b.pem'));
    await untilShown(edge, 'b.example', first.fingerprint);
    assert.equal(await reloads(edge), before);
  });
});

eachHaproxy('certificates that apps name', ({ binary }) => {
  it('are served anew without a reload; what cannot be used leaves the last good one, and everybody else alone', async (t) => {
    const appCerts = folderFor(t);
    const file = join(appCerts, 'shop.pem');
    const first = await makePem('shop.example');
    replace(file, first.both);
    const edge = await openEdge(t, { haproxy: binary, address: 'own', flags: { appCerts } });
    const [port = 0] = await freePorts(1, edge.address);
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/shop', { portDefinitions: [{ port }], labels: { HAPROXY_0_SSL_CERT: file } }));
    const visit = { address: edge.address, port, name: 'shop.example' };
    const untilIs = async (fingerprint: string): Promise<unknown> =>
      waitFor('the certificate on the service port', async () => (await askTls(visit)).fingerprint === fingerprint);
    await untilIs(first.fingerprint);
    await untilSettled(edge);
    const before = await reloads(edge);
    const clients = steadyTls(t, visit);
    const second = await makePem('shop.example');
    replace(file, second.both);
    await untilIs(second.fingerprint);
    await clients.stop();
    assert.deepEqual(clients.failures, []);
    assert.equal(await reloads(edge), before);

    for (const [app, text, why] of [
      ['one', 'nonsense', /does not hold a certificate and its key/],
      ['two', (await makePem('shop.example', 'weak')).both, /HAProxy refuses it: /],
      ['three', undefined, /ENOENT/],
    ] as const) {
      if (text === undefined) rmSync(file);
      else replace(file, text);
      // A new service port is a reload, whatever HAProxy can.
      await edge.deploy('POST', '/v2/apps', anAppDefinition(`/${app}`));
      await edge.until(200, `${app}.example`);
      const problem = await waitFor('the problem', async () =>
        (await edge.daemon.views.status()).problems.find(({ appId, message }) => appId === '/shop' && why.test(message)),
      );
      assert.match(problem.message, /^its file \S+shop\.pem cannot be used, and the last good version of it stays in force: /);
      assert.equal((await askTls(visit)).fingerprint, second.fingerprint);
    }
    replace(file, first.both);
    await untilIs(first.fingerprint);
    await waitFor('no problem', async () => (await problems(edge)).length === 0);
  });
});
