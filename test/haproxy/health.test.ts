import assert from 'node:assert/strict';
import { it } from 'node:test';
import { freePorts } from '../kit/free-ports.ts';
import { upstream } from '../kit/haproxy-upstream.ts';
import { configFiles, eachHaproxy, open } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

eachHaproxy('the health of servers', (which) => {
  it('is what a look at all of HAProxy says of it', async (t) => {
    const { haproxy, runDir } = await open(t, which);
    await assert.rejects(haproxy.health(), { code: 'HAPROXY_NOT_RUNNING' });
    await assert.rejects(haproxy.servers(['a']), { code: 'HAPROXY_NOT_RUNNING' });
    const app = await upstream(t, 'app');
    const [port = 0, closed = 0] = await freePorts(2);
    const rest = `backend a from plain
  server plain 127.0.0.1:${closed} id 1
  server well 127.0.0.1:${app.port} id 2 check inter 1s
  server ill 127.0.0.1:${closed} id 3 check inter 1s fall 1
backend b from plain
  server unseen 127.0.0.1:${app.port} id 1 check inter 60s`;
    const unseen = { name: 'unseen', id: 1, address: '127.0.0.1', port: app.port, weight: 1, state: 'ready', startsDown: true } as const;
    const down = [{ backend: 'b', server: unseen, because: 'unseen' }] as const;
    const binds = [{ address: '127.0.0.1', port }];
    await haproxy.deploy(configFiles({ runDir, port, rest }), { fingerprint: 'a1', binds, down: async () => Promise.resolve(down) });
    await waitFor('the check to fail', async () => (await haproxy.health()).get('a')?.get('ill')?.up === false);
    const health = await haproxy.health();
    assert.deepEqual(Object.fromEntries(health.get('a') ?? []), { plain: { up: true }, well: { up: true }, ill: { up: false } });
    assert.deepEqual(Object.fromEntries(health.get('b') ?? []), { unseen: { up: false, unchecked: true } });
    const servers = await haproxy.servers(['a', 'none']);
    assert.deepEqual([...servers.keys()], ['a']);
    assert.deepEqual(
      [...(servers.get('a')?.values() ?? [])].map(({ name, state, up }) => [name, state, up]),
      [
        ['plain', 'ready', true],
        ['well', 'ready', true],
        ['ill', 'ready', false],
      ],
    );
    const { backends } = await haproxy.observe('all');
    for (const [backend, servers] of health)
      for (const [server, { up, unchecked }] of servers) {
        const seen = backends.get(backend)?.servers.get(server);
        assert.deepEqual([seen?.up, seen?.unchecked], [up, unchecked], server);
      }
  });
});
