import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import type { Problem } from '../../src/kit/problem.ts';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Edge, getFrom, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { steadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const problemsOf = async (edge: Edge): Promise<readonly Problem[]> =>
  ((await (await fetch(`${edge.daemon.apiUrl ?? ''}/status`)).json()) as { problems: readonly Problem[] }).problems;

/** The app that answers at a URL. */
const appAt = async (url: string): Promise<unknown> => (await getFrom(url)).headers['x-app-id'];

const neighbourUnderLoad = async (edge: Edge, t: Parameters<typeof steadyClients>[0]) => {
  await edge.until(200, 'neighbour.example');
  return steadyClients(t, [{ host: 'neighbour.example', address: edge.address, port: edge.ports.http }], { webSockets: 1 });
};

describe('apps that want the same', () => {
  it('a service port: the first keeps it, the other is told, and gets it when it is free', async (t) => {
    const edge = await openEdge(t, { address: 'own', apps: [anAppDefinition('/neighbour')] });
    const neighbour = await neighbourUnderLoad(edge, t);
    const [port = 0] = await freePorts(1, edge.address);
    const url = `http://${edge.address}:${port}/`;
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/first', { portDefinitions: [{ port }] }));
    assert.equal(await waitFor('the port is open', async () => appAt(url)), '/first');
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/second', { portDefinitions: [{ port }] }));
    await edge.until(200, 'second.example');
    assert.equal(await appAt(url), '/first');
    const [problem, ...others] = await problemsOf(edge);
    assert.deepEqual([problem?.appId, problem?.portIndex, others], ['/second', 0, []]);
    assert.match(problem?.message ?? '', new RegExp(`${port}.*/first`));

    await edge.deploy('DELETE', '/v2/apps/first');
    await waitFor('the other has the port', async () => (await appAt(url)) === '/second');
    assert.deepEqual(await problemsOf(edge), []);
    await neighbour.moreRequests();
    assert.deepEqual((await neighbour.stop()).failures, []);
  });

  it('a virtual host: the first keeps it, the other is told, and gets it when it is free', async (t) => {
    const edge = await openEdge(t, { apps: [anAppDefinition('/neighbour'), anAppDefinition('/first')] });
    const neighbour = await neighbourUnderLoad(edge, t);
    await edge.until(200, 'first.example');
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/second', { labels: { HAPROXY_0_VHOST: 'first.example,second.example' } }));
    await edge.until(200, 'second.example');
    for (let count = 0; count < 8; count++) assert.equal((await edge.get('first.example')).headers['x-app-id'], '/first');
    const [problem, ...others] = await problemsOf(edge);
    assert.deepEqual([problem?.appId, problem?.label, others], ['/second', 'HAPROXY_0_VHOST', []]);

    await edge.deploy('DELETE', '/v2/apps/first');
    await waitFor('the other has the host', async () => (await edge.get('first.example')).headers['x-app-id'] === '/second');
    assert.deepEqual(await problemsOf(edge), []);
    await neighbour.moreRequests();
    assert.deepEqual((await neighbour.stop()).failures, []);
  });
});

describe('a wrong label', () => {
  for (const [label, value] of [
    ['PORT', 'abc'],
    ['PORT', '70000'],
    ['BALANCE', 'roundrobin\n  server evil 10.0.0.1:80'],
    ['VHOST', 'two words.example'],
    ['PATH', '/a"b'],
    ['MODE', 'udp'],
    ['BIND_ADDR', '127.0.0.1 ssl crt /etc/passwd'],
  ] as const) {
    it(`${label}=${JSON.stringify(value)} takes out that port only, and what others change in the same moment goes through`, async (t) => {
      const ports = { portDefinitions: [{ port: 0 }, { port: 0 }] };
      const edge = await openEdge(t, { apps: [anAppDefinition('/neighbour'), anAppDefinition('/shop', ports)] });
      const neighbour = await neighbourUnderLoad(edge, t);
      await edge.until(200, 'shop.example');
      await Promise.all([
        edge.deploy('PUT', '/v2/apps/shop', {
          labels: {
            HAPROXY_GROUP: 'external',
            HAPROXY_0_VHOST: 'shop.example',
            [`HAPROXY_0_${label}`]: value,
            HAPROXY_1_VHOST: 'admin.example',
          },
        }),
        edge.deploy('POST', '/v2/apps', anAppDefinition('/other')),
      ]);
      await edge.until(200, 'other.example');
      assert.equal((await edge.until(200, 'admin.example')).headers['x-app-id'], '/shop');
      await edge.until(503, 'shop.example');
      const [problem, ...others] = await problemsOf(edge);
      assert.deepEqual([problem?.appId, problem?.portIndex, problem?.label, others], ['/shop', 0, `HAPROXY_0_${label}`, []]);
      await neighbour.moreRequests();
      assert.deepEqual((await neighbour.stop()).failures, []);
    });
  }
});

describe('a service port that a stranger has', () => {
  it('is left out with a problem while all else goes live, and is opened when the stranger leaves', async (t) => {
    const edge = await openEdge(t, { address: 'own', apps: [anAppDefinition('/neighbour')] });
    const neighbour = await neighbourUnderLoad(edge, t);
    const stranger = createServer((socket) => socket.destroy()).listen(0, edge.address);
    await once(stranger, 'listening');
    atEnd(t, () => stranger.close());
    const { port } = stranger.address() as { port: number };
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/shop', { portDefinitions: [{ port }] }));
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/other'));
    await edge.until(200, 'shop.example');
    await edge.until(200, 'other.example');
    const [problem, ...others] = await problemsOf(edge);
    assert.deepEqual([problem?.appId, problem?.portIndex, others], ['/shop', 0, []]);
    assert.match(problem?.message ?? '', new RegExp(`${port}.*another process`));

    stranger.close();
    await once(stranger, 'close');
    assert.equal(await waitFor('the port is opened', async () => appAt(`http://${edge.address}:${port}/`)), '/shop');
    assert.deepEqual(await problemsOf(edge), []);
    await neighbour.moreRequests();
    assert.deepEqual((await neighbour.stop()).failures, []);
  });
});
