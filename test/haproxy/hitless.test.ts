import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { it } from 'node:test';
import { freePorts } from '../kit/free-ports.ts';
import { get, upstream } from '../kit/haproxy-upstream.ts';
import { configFiles, eachHaproxy, open } from '../kit/haproxy.ts';

const RELOADS = 50;

eachHaproxy('reloads under load', (which) => {
  it(`${RELOADS} reloads lose no request, on kept and on new connections`, async (t) => {
    const { haproxy, runDir } = await open(t, which);
    const [port = 0] = await freePorts(1);
    const app = await upstream(t, 'app');
    const text = { rest: `backend a from plain\n  server s1 127.0.0.1:${app.port} id 1`, routes: '/a a\n' };
    const deploy = async (fingerprint: string): Promise<unknown> =>
      haproxy.deploy(configFiles({ runDir, port, fingerprint, ...text }), { fingerprint, binds: [{ address: '127.0.0.1', port }] });
    await deploy('a0');

    let isOver = false;
    const failures: string[] = [];
    const requests = { kept: 0, new: 0 };
    const client = async (kind: keyof typeof requests): Promise<void> => {
      const agent = kind === 'kept' ? new Agent({ keepAlive: true, maxSockets: 1 }) : undefined;
      while (!isOver) {
        requests[kind] += 1;
        await get(port, '/a', agent).then(
          ({ status, body }) => (status === 200 && body === 'app' ? undefined : failures.push(`${kind}: ${status} ${body}`)),
          (error: unknown) => failures.push(`${kind}: ${String(error)}`),
        );
      }
      agent?.destroy();
    };
    const clients = (['kept', 'kept', 'kept', 'new'] as const).map(client);
    for (let count = 1; count <= RELOADS; count += 1) await deploy(`a${count}`);
    isOver = true;
    await Promise.all(clients);
    assert.deepEqual(failures, []);
    assert.ok(requests.kept > RELOADS && requests.new > RELOADS, JSON.stringify(requests));
  });
});
