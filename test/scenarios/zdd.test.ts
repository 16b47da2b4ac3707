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

/** Whether so many servers take traffic; the backend's own row is UP too. */
const areUp = async (balancer: string, servers: number): Promise<boolean> => {
  const answer = await fetch(`${balancer}/haproxy?stats;csv`, { headers: { connection: 'close' } });
  return readCsvAsZdd(await answer.text()).filter(({ pxname, status }) => pxname === 'nginx_10000' && status === 'UP').length > servers;
};

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
    const blue = await waitFor('all of blue serve', async () => (await areUp(balancer, TARGET)) && edge.standIn.tasks('/nginx-blue'));
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

  // It takes as long as the deployment above: once is enough.
  if (version !== VERSIONS.at(-1)) return;

  it('has one of a new version beside the old one, goes back to that, and no request fails', async (t) => {
    const edge = await openEdge(t, { address: 'own', haproxy: binary });
    const balancer = `http://${edge.address}:${edge.ports.stats}`;
    // It waits in vain for a drained server where as many serve as are wanted: before it stops beside the old one, and before it begins to go back.
    const common = { marathon: edge.standIn.url, balancer, stepDelayMs: 200, maxWaitMs: 5000, initialInstances: 1 };
    const idsOf = (colour: string): readonly string[] => edge.standIn.tasks(`/nginx-${colour}`).map(({ id }) => id);
    await new Zdd(common).deploy(nginx);
    await waitFor('all of blue serve', async () => areUp(balancer, TARGET));
    const clients = await steadyClients(t, [{ host: 'nginx.example', address: edge.address, port: edge.ports.http }]);
    const beside = await new Zdd({ ...common, newInstances: 1 }).deploy(nginx);
    assert.deepEqual([beside.deployed, beside.kills], ['/nginx-green', [1]]);
    const [green = ''] = idsOf('green');
    clients.forgetAnswers();
    await clients.moreRequests();
    const back = await new Zdd(common).complete(nginx, 'previous');
    assert.equal(back.deployed, '/nginx-blue');
    await waitFor('green is gone', () => idsOf('green').length === 0);
    await clients.moreRequests();
    const { failures, byTask } = await clients.stop();
    assert.deepEqual(failures, []);
    assert.ok(byTask.has(green), 'the new one served beside the old ones');
    assert.equal(idsOf('blue').length, TARGET);
  });
});
