import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { connect, type SecureVersion } from 'node:tls';
import { anAppDefinition, getFrom, openEdge } from '../kit/edge.ts';
import { byHand } from '../kit/haproxy-of.ts';

/** Version that was agreed on, or the error. */
const speak = async (port: number, version: SecureVersion): Promise<string> => {
  const socket = connect({
    ...{ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: version, maxVersion: version },
    // OpenSSL itself refuses to speak the old ones otherwise.
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  try {
    await once(socket, 'secureConnect');
    return socket.getProtocol() ?? '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    socket.destroy();
  }
};

describe('what clients of the edge may not', () => {
  it('speak TLS before 1.2, or change anything on the statistics page', async (t) => {
    const edge = await openEdge(t, { apps: [anAppDefinition('/shop')] });
    await edge.until(200, 'shop.example');
    for (const version of ['TLSv1', 'TLSv1.1'] as const) assert.match(await speak(edge.ports.https, version), /alert protocol version/);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) assert.equal(await speak(edge.ports.https, version), version);
    const stats = `http://127.0.0.1:${edge.ports.stats}/haproxy?stats`;
    const page = await getFrom(stats);
    const [, backend = '', server = ''] =
      /^([^,#]*shop[^,]*),((?!FRONTEND|BACKEND)[^,]+),/m.exec((await getFrom(`${stats};csv`)).text) ?? [];
    assert.deepEqual([page.status, backend === '', server === ''], [200, false, false]);
    const before = await byHand(edge.runDir, 'show servers state');
    const answer = await fetch(stats, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `s=${server}&action=maint&b=%23${backend}`,
    });
    assert.doesNotMatch(answer.headers.get('location') ?? '', /st=DONE/);
    const admins = (text: string) => text.split('\n').map((line) => line.split(' ').slice(0, 8).join(' '));
    assert.deepEqual(admins(await byHand(edge.runDir, 'show servers state')), admins(before));
    await edge.until(200, 'shop.example');
  });
});
