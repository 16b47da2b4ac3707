import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy, haproxies } from '../kit/haproxy.ts';
import { failuresBesides, type SteadyClients, steadyClients, type SteadyOptions } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const CHECK = { healthChecks: [{ path: '/health', intervalSeconds: 2, gracePeriodSeconds: 60 }] };
/**
 * Marathon's seconds are short here, and neither reloads nor a busy machine are: a task that is asked to end lives through those, as it does in a
 * cluster. 10 s, 3 s and 1 s.
 */
const LIVES_THROUGH_SLOW_RELOADS = { taskKillGracePeriodSeconds: 200 };
const LIVES_THROUGH_A_RELOAD = { taskKillGracePeriodSeconds: 60 };
const LIVES_ON = { taskKillGracePeriodSeconds: 20 };

interface Upgraded {
  readonly app: Readonly<Record<string, unknown>>;
  readonly timeScale?: number;
  /** Default 1. */
  readonly webSockets?: number;
  /** Nothing in it depends on the version of HAProxy. */
  readonly isForOne?: true;
}

const UPGRADES: Readonly<Record<string, Upgraded>> = {
  'without health checks': { app: LIVES_ON },
  'with health checks': { app: { ...CHECK, ...LIVES_ON } },
  // In Marathon's own time: HAProxy's first check of a new task is within a second or so, Marathon's seconds later. Where old tasks answer nobody
  // as soon as Marathon finds a new one well, that order matters.
  'whose tasks take no connections once they are asked to end': {
    app: { healthChecks: [{ path: '/health', intervalSeconds: 60 }], env: { STANDIN_ON_TERM: 'drain' } },
    timeScale: 1,
    webSockets: 0,
    isForOne: true,
  },
  'of one instance': { app: { ...CHECK, ...LIVES_ON, instances: 1 }, isForOne: true },
  'that is sticky': { app: { ...CHECK, ...LIVES_THROUGH_A_RELOAD, labels: { HAPROXY_0_STICKY: 'true' } } },
  // Nothing but the reload stands between a new task and the end of an old one.
  'that is sticky and has no health checks': {
    app: { ...LIVES_THROUGH_SLOW_RELOADS, labels: { HAPROXY_0_STICKY: 'true' } },
    isForOne: true,
  },
  'whose load balancing knows no servers at run time': {
    app: { ...CHECK, ...LIVES_THROUGH_A_RELOAD, labels: { HAPROXY_0_BALANCE: 'static-rr' } },
    isForOne: true,
  },
};

/** An edge with an app and clients that use it all the time. */
const underLoad = async (
  t: TestContext,
  haproxy: string,
  app: Readonly<Record<string, unknown>> = {},
  load: SteadyOptions = {},
  timeScale = 0.05,
) => {
  const edge = await openEdge(t, { haproxy, standIn: { timeScale }, apps: [anAppDefinition('/cart', app)] });
  await edge.until(200, 'cart.example');
  await waitFor(
    'Marathon has done what it was asked',
    async () => ((await edge.marathon('GET', '/v2/deployments')) as unknown[]).length === 0,
  );
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
    const { edge, clients } = await underLoad(t, binary, { instances: 4, ...LIVES_ON });
    await edge.deploy('PUT', '/v2/apps/cart', { instances: 1 });
    assert.equal(tasksOf(edge).size, 1);
    await untilServedBy(clients, tasksOf(edge));
    assert.deepEqual((await clients.stop()).failures, []);
  });

  for (const [sentence, { app, timeScale = 0.05, webSockets = 1, isForOne }] of Object.entries(UPGRADES)) {
    if (isForOne === true && binary !== haproxies[0]?.binary) continue;
    it(`an app ${sentence} is upgraded, and ends on its new version without one failed request`, async (t) => {
      const { edge, clients } = await underLoad(t, binary, app, { webSockets }, timeScale);
      const old = tasksOf(edge);
      await edge.deploy('PUT', '/v2/apps/cart', { env: { ...(app['env'] as object | undefined), RELEASE: '2' } });
      const tasks = tasksOf(edge);
      assert.ok(
        [...old].every((task) => !tasks.has(task)),
        'every task is a new one',
      );
      await untilServedBy(clients, tasks);
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
