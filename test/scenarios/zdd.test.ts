import assert from 'node:assert/strict';
import { it } from 'node:test';
import { anAppDefinition, openEdge } from '../kit/edge.ts';
import { eachHaproxy, haproxies } from '../kit/haproxy.ts';
import { readCsvAsZdd } from '../kit/read-csv.ts';
import { steadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';
import { Zdd, type ZddApp } from '../kit/zdd.ts';

const TARGET = 3;

const nginx = anAppDefinition('/nginx', {
  instances: TARGET,
  portDefinitions: [{ port: 10_000 }],
  taskKillGracePeriodSeconds: 20,
  healthChecks: [{ path: '/health', intervalSeconds: 2, gracePeriodSeconds: 60 }],
  labels: {
    HAPROXY_0_VHOST: 'nginx.example',
    HAPROXY_DEPLOYMENT_GROUP: 'nginx',
    HAPROXY_DEPLOYMENT_ALT_PORT: '10001',
  },
}) as ZddApp;

/** Each takes half a minute, for HAProxy keeps a server for a while after it was retired: the oldest and the newest are to do. */
const VERSIONS = haproxies.map(({ version }) => version).sort();

eachHaproxy('zdd', ({ binary, version }) => {
  if (version !== VERSIONS[0] && version !== VERSIONS.at(-1)) return;

  it('deploys a version and then another one, to the end, and no request fails', async (t) => {
    const edge = await openEdge(t, { address: 'own', haproxy: binary });
    const balancer = `http://${edge.address}:${edge.ports.stats}`;
    const zdd = () =>
      new Zdd({
        marathon: edge.standIn.url,
        balancer,
        stepDelayMs: 200,
        // Nothing is to be waited for in vain, however slow the machine is.
        maxWaitMs: 150_000,
        initialInstances: 1,
      });
    assert.deepEqual(await zdd().deploy(nginx), { kills: [], timeouts: 0, deployed: '/nginx-blue' });
    const blue = await waitFor('all of blue serve', async () => {
      const rows = readCsvAsZdd(await (await fetch(`${balancer}/haproxy?stats;csv`, { headers: { connection: 'close' } })).text());
      return (
        rows.filter(({ pxname, status }) => pxname === 'nginx_10000' && status === 'UP').length > TARGET &&
        edge.standIn.tasks('/nginx-blue')
      );
    });
    // By virtual host and on the port that stays the same.
    const clients = await steadyClients(t, [
      { host: 'nginx.example', address: edge.address, port: edge.ports.http },
      { host: 'nginx.example', address: edge.address, port: 10_000 },
    ]);
    const { kills, timeouts, deployed } = await zdd().deploy(nginx);
    assert.equal(deployed, '/nginx-green');
    assert.deepEqual([timeouts, kills[0]], [0, 1], 'as many are killed as there are new ones');
    await waitFor('blue is gone', () => edge.standIn.tasks('/nginx-blue').length === 0);
    await clients.moreRequests();
    clients.forgetAnswers();
    await clients.moreRequests();
    const { failures, byTask } = await clients.stop();
    assert.deepEqual(failures, []);
    assert.deepEqual(
      [...byTask.keys()].sort(),
      edge.standIn
        .tasks('/nginx-green')
        .map(({ id }) => id)
        .sort(),
    );
    assert.equal(
      blue.some(({ id }) => byTask.has(id)),
      false,
    );
  });
});
