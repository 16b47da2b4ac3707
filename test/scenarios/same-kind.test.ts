import assert from 'node:assert/strict';
import { it } from 'node:test';
import { anAppDefinition, openEdge } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';

const HEALTH = [{ protocol: 'HTTP', path: '/health', intervalSeconds: 1 }];
const LABELS = {
  HAPROXY_0_USE_HSTS: 'true',
  HAPROXY_0_CORS_ORIGINS: 'https://www.example.com',
  HAPROXY_0_TIMEOUT_SERVER: '200ms',
  HAPROXY_0_HEALTHCHECK_HOST: 'health.example',
  HAPROXY_0_MAXCONN: '5',
  HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL: '127.0.0.0/8',
};
// Without a check: the first request that reaches its backend is answered.
const LIMITED = { HAPROXY_0_RATE_LIMIT: '5/1h' };
const REFUSED = { HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL: '10.0.0.0/8' };

/** HAProxy 3.4 is given the second at run time: its backend takes what the first one's has. */
eachHaproxy('an app of a kind that is there already', ({ binary }) => {
  it('has all that its labels ask for, and counts for itself', async (t) => {
    const edge = await openEdge(t, { haproxy: binary });
    for (const name of ['first', 'second']) {
      await edge.deploy('POST', '/v2/apps', anAppDefinition(`/${name}`, { healthChecks: HEALTH, labels: LABELS }));
      await edge.deploy('POST', '/v2/apps', anAppDefinition(`/${name}-refused`, { labels: REFUSED }));
      await edge.deploy('POST', '/v2/apps', anAppDefinition(`/${name}-limited`, { labels: LIMITED }));
      const host = `${name}.example`;
      await edge.until(200, host);
      await edge.until(403, `${name}-refused.example`);
      const answer = await edge.get(host, '/', { origin: 'https://www.example.com' });
      assert.equal(answer.headers['strict-transport-security'], 'max-age=15768000');
      assert.equal(answer.headers['access-control-allow-origin'], 'https://www.example.com');
      assert.equal((await edge.get(host, '/?delayMs=60000')).status, 504);
      await edge.until(200, `${name}-limited.example`);
      await edge.until(429, `${name}-limited.example`);
    }
  });
});
