import assert from 'node:assert/strict';
import { it } from 'node:test';
import { atEnd } from '../kit/at-end.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { freePorts } from '../kit/free-ports.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { askLine, LineClient } from '../kit/line-client.ts';
import { waitFor } from '../kit/wait-for.ts';

const tasksOf = (edge: Edge): ReadonlySet<string> => new Set(edge.standIn.tasks('/lines').map(({ id }) => id));

/** New connections are served by all of the tasks and by nobody else. */
const untilServedBy = async (edge: Edge, port: number, tasks: ReadonlySet<string>): Promise<void> =>
  waitFor(`${tasks.size} tasks answer`, async () => {
    const answered = new Set<string>();
    for (let count = 0; count < 2 * tasks.size; count++) answered.add(await askLine(edge.address, port));
    return answered.size === tasks.size && [...answered].every((task) => tasks.has(task));
  }).then(() => undefined);

eachHaproxy('tcp', ({ binary }) => {
  it('a connection through a service port lives through scaling and a neighbour that comes, and new ones find the new tasks', async (t) => {
    const edge = await openEdge(t, { haproxy: binary, address: 'own' });
    const [port = 0] = await freePorts(1, edge.address);
    const lines = anAppDefinition('/lines', {
      portDefinitions: [{ port }],
      labels: { HAPROXY_0_MODE: 'tcp', HAPROXY_0_VHOST: '' },
      env: { STANDIN_MODE: 'tcp' },
      killSelection: 'YOUNGEST_FIRST',
    });
    await edge.deploy('POST', '/v2/apps', lines);
    await waitFor('the service port is open', async () => askLine(edge.address, port));
    await untilServedBy(edge, port, tasksOf(edge));

    const clients = Array.from({ length: 4 }, () => new LineClient(edge.address, port));
    for (const client of clients) atEnd(t, () => client.close());
    const begun = await Promise.all(clients.map(async (client) => client.ask('first')));
    const stay = async (): Promise<void> =>
      assert.deepEqual(await Promise.all(clients.map(async (client) => client.ask('again'))), begun, 'every connection is where it was');

    await edge.deploy('PUT', '/v2/apps/lines', { instances: 4 });
    await untilServedBy(edge, port, tasksOf(edge));
    await stay();
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/neighbour', { portDefinitions: [{ port: 0 }] }));
    await edge.until(200, 'neighbour.example');
    await stay();
    await edge.deploy('PUT', '/v2/apps/lines', { instances: 2 });
    await untilServedBy(edge, port, tasksOf(edge));
    await stay();
  });
});
