import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { failuresBesides, type SteadyClients, steadyClients, type SteadyOptions } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const CHECK = { healthChecks: [{ path: '/health', intervalSeconds: 2, gracePeriodSeconds: 60 }] };
/** Marathon's seconds are short here and reloads are not: so that a task lives through one when it is asked to end, as it does in a cluster. */
const LIVES_THROUGH_A_RELOAD = { taskKillGracePeriodSeconds: 40 };

/** An edge with an app and clients that use it all the time. */
const underLoad = async (t: TestContext, haproxy: string, app: Readonly<Record<string, unknown>> = {}, load: SteadyOptions = {}) => {
  const edge = await openEdge(t, { haproxy, apps: [anAppDefinition('/cart', app)] });
  await edge.until(200, 'cart.example');
  const clients = await steadyClients(t, [{ host: 'cart.example', port: edge.ports.http }], load);
  return { edge, clients };
};

const tasksOf = (edge: Edge): ReadonlySet<string> => new Set(edge.standIn.tasks('/cart').map(({ id }) => id));

/** All tasks answer, and nobody else does. */
const untilServedBy = async (clients: SteadyClients, tasks: ReadonlySet<string>): Promise<void> =>
  waitFor(`answers come from ${[...tasks].join(' and ')}`, async () => {
    clients.forgetAnswers();
    await clients.moreRequests();
    const { byTask } = clients.seen;
    if (byTask.size !== tasks.size || ![...tasks].every((task) => byTask.has(task))) throw new Error([...byTask.keys()].join(', '));
    return true;
  }).then(() => undefined);

eachHaproxy('under load', ({ binary }) => {
  it('an app is scaled up, and every new task takes its share without one failed request', async (t) => {
    const { edge, clients } = await underLoad(t, binary, { instances: 1 }, { webSockets: 2 });
    await edge.deploy('PUT', '/v2/apps/cart', { instances: 4 });
    assert.equal(tasksOf(edge).size, 4);
    await untilServedBy(clients, tasksOf(edge));
    assert.deepEqual((await clients.stop()).failures, []);
  });

  it('an app is scaled down, and only the tasks that are left answer, without one failed request', async (t) => {
    const { edge, clients } = await underLoad(t, binary, { instances: 4 });
    await edge.deploy('PUT', '/v2/apps/cart', { instances: 1 });
    assert.equal(tasksOf(edge).size, 1);
    await untilServedBy(clients, tasksOf(edge));
    assert.deepEqual((await clients.stop()).failures, []);
  });

  for (const [sentence, app] of [
    ['without health checks', {}],
    ['with health checks', CHECK],
    ['whose tasks end as soon as they are asked to', { ...CHECK, env: { STANDIN_ON_TERM: 'drain' } }],
    ['of one instance', { ...CHECK, instances: 1 }],
    ['that is sticky', { ...CHECK, ...LIVES_THROUGH_A_RELOAD, labels: { HAPROXY_0_STICKY: 'true' } }],
    ['that is sticky and has no health checks', { ...LIVES_THROUGH_A_RELOAD, labels: { HAPROXY_0_STICKY: 'true' } }],
    ['whose load balancing knows no servers at run time', { ...CHECK, ...LIVES_THROUGH_A_RELOAD, labels: { HAPROXY_0_BALANCE: 'source' } }],
  ] as const) {
    it(`an app ${sentence} is upgraded, and ends on its new version without one failed request`, async (t) => {
      const { edge, clients } = await underLoad(t, binary, app, { webSockets: 1 });
      const old = tasksOf(edge);
      await edge.deploy('PUT', '/v2/apps/cart', { env: { ...('env' in app ? app.env : {}), RELEASE: '2' } });
      const tasks = tasksOf(edge);
      assert.ok(
        [...old].every((task) => !tasks.has(task)),
        'every task is a new one',
      );
      if (!('labels' in app && 'HAPROXY_0_BALANCE' in app.labels)) await untilServedBy(clients, tasks);
      clients.forgetAnswers();
      await clients.moreRequests();
      const seen = await clients.stop();
      assert.deepEqual(failuresBesides(seen, old), []);
      assert.ok(
        [...seen.byTask.keys()].every((task) => tasks.has(task)),
        'only new tasks answer in the end',
      );
    });
  }

  it('a task fails and is launched again, and no request fails', async (t) => {
    const { edge, clients } = await underLoad(t, binary, { instances: 3 });
    const [failing = ''] = tasksOf(edge);
    await edge.standIn.faults.failTask(failing);
    await edge.standIn.until('it was launched again', () => {
      const tasks = edge.standIn.tasks('/cart');
      return tasks.length === 3 && tasks.every(({ id, state }) => id !== failing && state === 'TASK_RUNNING');
    });
    await untilServedBy(clients, tasksOf(edge));
    assert.deepEqual((await clients.stop()).failures, []);
  });

  it('an agent is lost and comes back, and no request fails', async (t) => {
    const { edge, clients } = await underLoad(t, binary, {
      instances: 3,
      constraints: [['hostname', 'UNIQUE']],
      unreachableStrategy: 'disabled',
    });
    const all = tasksOf(edge);
    const [lost] = edge.standIn.tasks('/cart');
    await edge.standIn.faults.loseAgent(lost?.host ?? '');
    await edge.standIn.until('Marathon knows', () => edge.standIn.tasks('/cart').some(({ state }) => state === 'TASK_UNREACHABLE'));
    await untilServedBy(clients, new Set([...all].filter((task) => task !== lost?.id)));
    await edge.standIn.faults.returnAgent(lost?.host ?? '');
    await untilServedBy(clients, all);
    assert.deepEqual((await clients.stop()).failures, []);
  });
});
