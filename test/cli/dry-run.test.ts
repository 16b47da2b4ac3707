import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { json } from '../marathon/login/fake-giver.ts';
import { startFake } from '../marathon/fake-marathon.ts';
import { lastly } from '../kit/lastly.ts';
import { placeFor, sluice } from '../kit/sluice.ts';

const APP = {
  id: '/shop',
  version: '2026-01-01T00:00:00.000Z',
  labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_1_VHOST: 'not a host' },
  networks: [{ mode: 'host' }],
  portDefinitions: [{ port: 10_000 }, { port: 10_001 }],
  tasks: [
    {
      id: 'shop.instance-1._app.1',
      appId: '/shop',
      // A name, as agents have it.
      host: 'localhost',
      ipAddresses: [{ ipAddress: '127.0.0.1', protocol: 'IPv4' }],
      ports: [31_000, 31_001],
      state: 'TASK_RUNNING',
      version: '2026-01-01T00:00:00.000Z',
    },
  ],
};

describe('--dry', { concurrency: 2 }, () => {
  for (const verb of ['run', 'sse', 'poll'])
    it(`prints what HAProxy would be given, and starts nothing: ${verb}`, async (t) => {
      const marathon = await startFake([APP]);
      lastly(t, () => marathon.close());
      const place = await placeFor(t);
      const env = { MARATHON_USER: 'ann', MARATHON_PASSWORD: 's3:cret' };
      const { code, stdout, stderr } = await sluice([verb, '--dry', '--marathon', marathon.url, ...place.flags], { env });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^global$/m);
      assert.match(stdout, /^backend shop_10000\b/m);
      assert.match(stdout, /^ {2}server \S+ 127\.0\.0\.1:31000 /m);
      assert.match(stdout, /^# maps\/routes\.map$/m);
      assert.match(stderr, /^sluice: \/shop port 1.*HAPROXY_1_VHOST/m);
      assert.ok(!existsSync(place.runDir) || readdirSync(place.runDir).length === 0);
      assert.deepEqual(
        marathon.requests.map(({ path, headers }) => [path, headers.authorization]),
        [['/v2/apps?embed=apps.tasks', `Basic ${Buffer.from('ann:s3:cret').toString('base64')}`]],
      );
    });

  it('ends with exit code 1 where Marathon cannot be read', async (t) => {
    const marathon = await startFake([]);
    lastly(t, () => marathon.close());
    marathon.onApps = (_request, response) => json(response, 401, {});
    const place = await placeFor(t);
    const { code, stdout, stderr } = await sluice(['sse', '-d', '--marathon', marathon.url, ...place.flags]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /answered 401: user or password/);
  });
});
