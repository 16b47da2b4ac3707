import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { askApi } from '../kit/ask-api.ts';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { makePem } from '../kit/pem.ts';
import { askTls, type TlsAnswer, type TlsVisit } from '../kit/tls-client.ts';
import { waitFor } from '../kit/wait-for.ts';

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sl-preview-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  return folder;
};

const ask = async ({ address, ports }: Edge, visit: Omit<TlsVisit, 'address' | 'port'>): Promise<TlsAnswer> =>
  askTls({ address, port: ports.https, ...visit }).catch(() => ({ fingerprint: '', status: 0 }));

/** Blue and green with these labels, and a preview by hosts. */
const openShop = async (t: TestContext, haproxy: string, labels: object, flags: Readonly<Record<string, unknown>>): Promise<Edge> => {
  const group = { HAPROXY_0_VHOST: 'shop.example', HAPROXY_0_MODE: 'http', HAPROXY_DEPLOYMENT_GROUP: 'shop', HAPROXY_0_PORT: '10000' };
  const apps = ['blue', 'green'].map((colour) => anAppDefinition(`/shop-${colour}`, { instances: 1, labels: { ...group, ...labels } }));
  const edge = await openEdge(t, { haproxy, apps, flags });
  await waitFor('both run', () => {
    const members = edge.daemon.views.book.one('/shop')?.apps ?? [];
    return members.length === 2 && members.every(({ running }) => running === 1);
  });
  const content = JSON.stringify({ shares: { blue: 100 }, preview: { hosts: true }, by: 'ada@edge-1' });
  const headers = { 'content-type': 'application/json' };
  const { status, text } = await askApi(edge.runDir, '/v2/shares/shop', { method: 'PUT', content, headers });
  assert.equal(status, 200, text);
  return edge;
};

eachHaproxy('the host of a colour on the https port', ({ binary }) => {
  it('has a certificate that holds its name, and what is usual where none does', async (t) => {
    const [sslCerts, appCerts] = [folderFor(t), folderFor(t)];
    const [usual, wild, own] = [await makePem('usual.example'), await makePem('*.shop.example'), await makePem('shop.example')];
    writeFileSync(join(sslCerts, '0.pem'), usual.both);
    writeFileSync(join(appCerts, 'shop.pem'), own.both);
    const edge = await openShop(t, binary, { HAPROXY_0_SSL_CERT: join(appCerts, 'shop.pem') }, { sslCerts, appCerts });
    await waitFor('the preview', async () => (await ask(edge, { name: 'green.shop.example' })).status === 200);
    assert.equal((await ask(edge, { name: 'shop.example' })).fingerprint, own.fingerprint);
    assert.equal((await ask(edge, { name: 'green.shop.example' })).fingerprint, usual.fingerprint);
    writeFileSync(join(sslCerts, '1.pem'), wild.both);
    const isWild = async (): Promise<boolean> => (await ask(edge, { name: 'green.shop.example' })).fingerprint === wild.fingerprint;
    await waitFor('the certificate of the operator', isWild);
    assert.equal((await ask(edge, { name: 'shop.example' })).fingerprint, own.fingerprint);
  });

  it('asks clients for the certificate that its app asks for', async (t) => {
    const appCerts = folderFor(t);
    const [authority, foreign] = [await makePem('client', 'authority'), await makePem('client', 'authority')];
    writeFileSync(join(appCerts, 'ca.pem'), authority.cert);
    const labels = { HAPROXY_0_BIND_OPTIONS: `ca-file ${join(appCerts, 'ca.pem')} verify required` };
    const edge = await openShop(t, binary, labels, { appCerts, groupHttpsByVhost: true });
    const shows = { cert: authority.cert, key: authority.key };
    await waitFor('the preview', async () => (await ask(edge, { name: 'green.shop.example', shows })).status === 200);
    for (const name of ['shop.example', 'green.shop.example', 'blue.shop.example']) {
      assert.equal((await ask(edge, { name, shows })).status, 200, name);
      assert.equal((await ask(edge, { name })).status, 0, `${name} without a certificate`);
      assert.equal((await ask(edge, { name, shows: { cert: foreign.cert, key: foreign.key } })).status, 0, `${name} with another one`);
    }
    for (const name of ['open.example', undefined])
      assert.equal(
        (await ask(edge, { ...(name === undefined ? {} : { name }), host: 'green.shop.example' })).status,
        421,
        'by another handshake',
      );
  });
});
