import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { pino } from 'pino';
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts';
import { toSettings } from '../../src/settings.ts';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { steadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const NETWORKS = {
  host: { networks: [{ mode: 'host' }], endpoint: { hostPort: 0 } },
  bridge: { networks: [{ mode: 'container/bridge' }], endpoint: { containerPort: 8080, hostPort: 0 } },
  'a container network': { networks: [{ mode: 'container', name: 'dcos' }], endpoint: { containerPort: 8080 } },
};

type Network = (typeof NETWORKS)[keyof typeof NETWORKS];

const resources = { cpus: 0.1, mem: 32 };

const aPod = (id: string, instances: number, { networks, endpoint }: Network = NETWORKS.host, labels: object = {}): object => ({
  id,
  labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: `${id.slice(1)}.example`, ...labels },
  networks,
  containers: [
    {
      name: 'web',
      resources,
      endpoints: [{ name: 'http', ...endpoint }],
      healthCheck: { http: { endpoint: 'http', path: '/' }, intervalSeconds: 2, timeoutSeconds: 1 },
    },
    { name: 'sidecar', resources },
  ],
  scaling: { kind: 'fixed', instances },
});

/** Instances of the pod that serve, as Marathon has them. */
const instancesOf = (edge: Edge, id: string): readonly string[] =>
  edge.standIn
    .tasks(id)
    .filter(({ state }) => state === 'TASK_RUNNING')
    .map(({ id: taskId }) => taskId)
    .filter((taskId) => taskId.includes('.web'))
    .sort();

const whoAnswers = async (edge: Edge, host: string): Promise<readonly string[]> => {
  const seen = new Set<string>();
  for (let request = 0; request < 12; request += 1) seen.add((await edge.get(host)).task ?? '');
  return [...seen].sort();
};

/** Exactly the instances that run answer. */
const untilAllAnswer = async (edge: Edge, id: string, count: number): Promise<void> => {
  await waitFor(`${count} instances of ${id} answer`, async () => {
    const wanted = instancesOf(edge, id);
    return wanted.length === count && isDeepStrictEqual(await whoAnswers(edge, `${id.slice(1)}.example`), wanted);
  });
};

const isTold = ({ views }: Daemon): boolean => views.problems().some(({ message }) => message.startsWith('pods cannot be read'));

describe('pods', () => {
  it('in every mode of networking are served where they are, checked, and have ports of their labels', async (t) => {
    const edge = await openEdge(t, { address: 'own' });
    for (const [index, network] of Object.values(NETWORKS).entries())
      await edge.marathon('POST', '/v2/pods', aPod(`/pod-${index}`, 1, network, { HAPROXY_0_PORT: String(10_000 + index) }));
    for (const index of Object.keys(Object.values(NETWORKS))) {
      await untilAllAnswer(edge, `/pod-${index}`, 1);
      const backend = edge.daemon.views.explain(`/pod-${index}`);
      assert.equal((await backend)?.ports[0]?.backend, `pod-${index}_${10_000 + Number(index)}`);
    }
  });

  it('come, are scaled, lose an instance at once, are replaced and go, without a failed request to the apps beside them', async (t) => {
    const edge = await openEdge(t, { apps: [anAppDefinition('/cart')] });
    await edge.until(200, 'cart.example');
    const clients = await steadyClients(t, [{ host: 'cart.example', port: edge.ports.http }]);
    await edge.marathon('POST', '/v2/pods', aPod('/pod', 2));
    await untilAllAnswer(edge, '/pod', 2);
    await edge.marathon('PUT', '/v2/pods/pod', aPod('/pod', 3));
    await untilAllAnswer(edge, '/pod', 3);
    const [killed = ''] = instancesOf(edge, '/pod');
    await edge.marathon('DELETE', `/v2/pods/pod::instances/${killed.slice(0, killed.indexOf('.web'))}`);
    await waitFor('the killed one answers no more', async () => !(await whoAnswers(edge, 'pod.example')).includes(killed));
    await untilAllAnswer(edge, '/pod', 3);
    // What happens to apps after a pod's events still gets through.
    await edge.deploy('PUT', '/v2/apps/cart', { instances: 4 });
    await edge.marathon('DELETE', '/v2/pods/pod');
    await edge.until(503, 'pod.example');
    clients.forgetAnswers();
    await clients.moreRequests();
    const { failures, byTask } = await clients.stop();
    assert.deepEqual(failures, []);
    assert.deepEqual(new Set(byTask.keys()), new Set(edge.standIn.tasks('/cart').map(({ id }) => id)));
  });

  it('stay while Marathon does not say what pods there are, and are served from the saved state', async (t) => {
    const edge = await openEdge(t, { apps: [anAppDefinition('/cart')] });
    await edge.marathon('POST', '/v2/pods', aPod('/pod', 2));
    await untilAllAnswer(edge, '/pod', 2);
    const clients = await steadyClients(t, [{ host: 'pod.example', port: edge.ports.http }]);
    edge.standIn.faults.refuse({ path: '/v2/pods', status: 500 });
    edge.daemon.refresh();
    await waitFor('it is told', () => isTold(edge.daemon));
    await edge.deploy('PUT', '/v2/apps/cart', { instances: 3 });
    await clients.moreRequests();
    assert.deepEqual((await clients.stop()).failures, []);

    await edge.daemon.close();
    const again = await startDaemon(toSettings(edge.flags), pino({ level: 'silent' }));
    atEnd(t, again.close);
    await untilAllAnswer(edge, '/pod', 2);
    edge.standIn.faults.clear();
    await waitFor('it is well', () => again.views.ready().ready && !isTold(again));
    await untilAllAnswer(edge, '/pod', 2);
    await edge.marathon('DELETE', '/v2/pods/pod');
    await edge.until(503, 'pod.example');
  });
});
