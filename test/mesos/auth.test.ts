import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { lastly } from '../kit/lastly.ts';
import { makePem } from '../kit/pem.ts';
import { waitFor } from '../kit/wait-for.ts';
import { follow, startCluster } from './rig.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('who asks a master', () => {
  it('shows a principal and its secret, to the leader too', async (t) => {
    const { mesos } = await startCluster(t, { mesos: { masters: 2, authorization: () => basic('sluice:se:cret') } });
    const auth = { kind: 'basic', principal: 'sluice', secret: 'se:cret' } as const;
    const { heard } = await follow(t, { masters: mesos.places[1] ?? '', auth });
    await waitFor('it is read', () => heard.keys.length === 4);
  });

  it('is told that it may not, and tells no secret', async (t) => {
    const { mesos } = await startCluster(t, { mesos: { authorization: () => basic('sluice:right') } });
    const auth = { kind: 'basic', principal: 'sluice', secret: 'wrong' } as const;
    const { source } = await follow(t, { masters: mesos.places.join(), auth });
    await waitFor('it is told', () => /answered 401: the credentials are missing or wrong/.test(source.state.lastError?.message ?? ''));
    assert.doesNotMatch(JSON.stringify(source.state), /wrong"|sluice/);
  });

  it('logs in at DC/OS, keeps the token, and gets another one when that is refused', async (t) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const logins: unknown[] = [];
    const iam = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { uid, token } = JSON.parse(Buffer.concat(chunks).toString()) as { uid: string; token: string };
        const [head = '', claims = '', signature = ''] = token.split('.');
        const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
        const isTrue = verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'));
        logins.push(isTrue ? uid : 'forged');
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token: `token-${logins.length}` }));
      });
    });
    iam.listen(0, '127.0.0.1');
    await once(iam, 'listening');
    lastly(t, () => {
      iam.closeAllConnections();
      iam.close();
    });
    let good = 'token=token-1';
    const { mesos } = await startCluster(t, { mesos: { authorization: () => good } });
    mesos.faults.noStream = true;
    const loginEndpoint = `http://127.0.0.1:${(iam.address() as AddressInfo).port}/acs/api/v1/auth/login`;
    const account = { uid: 'sluice', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, loginEndpoint };
    const { source, heard } = await follow(t, { masters: mesos.places.join(), auth: { kind: 'iam', account }, refreshSeconds: 0.02 });
    await waitFor('it is read', () => heard.keys.length === 4 && source.state.reads > 5);
    assert.deepEqual(logins, ['sluice']);
    good = 'token=token-2';
    mesos.addTask('kafka', { id: 'new' });
    await waitFor('it is read', () => heard.tasks.has('kafka\nnew'));
    assert.deepEqual(logins, ['sluice', 'sluice']);
  });

  it('trusts the authority that it was given and no other, and shows a certificate', async (t) => {
    const server = await makePem('127.0.0.1');
    const client = await makePem('client');
    const named = await makePem('localhost');
    const { mesos } = await startCluster(t, { mesos: { tls: { key: named.key, cert: named.cert, clientCa: client.cert } } });
    const masters = (mesos.places[0] ?? '').replace('127.0.0.1', 'localhost');
    const shown = { certPem: client.cert, keyPem: client.key };
    const right = await follow(t, { masters, tls: { caPem: named.cert, ...shown } });
    await waitFor('it is read', () => right.heard.keys.length === 4);
    await right.end();
    for (const tls of [{ caPem: server.cert, ...shown }, { ...shown }, { caPem: named.cert }]) {
      const { source, end } = await follow(t, { masters, tls });
      await waitFor('it is refused', () => source.state.errors > 0);
      assert.equal(source.state.isRead, false);
      await end();
    }
  });
});
