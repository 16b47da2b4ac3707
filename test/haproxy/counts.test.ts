import assert from 'node:assert/strict';
import { it } from 'node:test';
import { freePorts } from '../kit/free-ports.ts';
import { get, upstream } from '../kit/haproxy-upstream.ts';
import { configFiles, eachHaproxy, open } from '../kit/haproxy.ts';
import { waitFor } from '../kit/wait-for.ts';

eachHaproxy('what workers count of a backend', (which) => {
  it('is seen where a frontend has its name, of the worker that serves and of one that was replaced', async (t) => {
    const { haproxy, runDir } = await open(t, which);
    const held: (() => void)[] = [];
    const app = await upstream(t, 'app', ({ url }, response) => {
      if (url === '/slow') held.push(() => response.end('slow'));
      else response.end('app');
    });
    const [port = 0, ownPort = 0] = await freePorts(2);
    // From 3.2 on no two proxies may have one name.
    const frontend = Number(which.version) >= 3.2 ? 'a_in' : 'a';
    const rest = `frontend ${frontend} from plain
  bind 127.0.0.1:${ownPort}
  default_backend a
backend a from plain
  server s 127.0.0.1:${app.port} id 1
backend empty from plain`;
    const deploy = async (fingerprint: string): Promise<void> => {
      const binds = [port, ownPort].map((each) => ({ address: '127.0.0.1', port: each }));
      await haproxy.deploy(configFiles({ runDir, port, rest, fingerprint }), { fingerprint, binds, down: async () => Promise.resolve([]) });
    };
    const counts = async () => haproxy.counts({ backends: ['a', 'empty', 'none'], tables: [] });
    await deploy('a1');
    const slow = get(ownPort, '/slow');
    await waitFor('a request is on its way', () => held.length === 1);
    const { current } = await counts();
    assert.deepEqual([...current.servers.keys()], ['a/s']);
    assert.equal(current.servers.get('a/s')?.sessions, 1);
    assert.deepEqual([...current.states.keys()], ['a']);

    await deploy('a2');
    const { current: fresh, old } = await counts();
    assert.equal(fresh.servers.get('a/s')?.sessions, 0);
    assert.deepEqual(
      old.map(({ servers }) => servers.get('a/s')?.sessions),
      [1],
    );
    for (const end of held) end();
    assert.equal((await slow).body, 'slow');
  });
});
