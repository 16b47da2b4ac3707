import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { AppInput } from '../../src/demo/specs/app-schema.ts';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy, haproxies } from '../kit/haproxy.ts';
import { steadyClients } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';

const HOST = 'cart.example';
const SLOW = { STANDIN_START_DELAY_MS: '800' };

const tasksOf = (edge: Edge): readonly string[] => edge.standIn.tasks('/cart').map(({ id }) => id);

/** All of these tasks answer, and nobody else does. */
const untilServedBy = async (edge: Edge, tasks: readonly string[]): Promise<void> =>
  waitFor(`answers come from ${tasks.join(' and ')}`, async () => {
    const answered = new Set<string | undefined>();
    for (let count = 0; count < 4 * tasks.length; count++) answered.add((await edge.get(HOST)).task);
    if (answered.size !== tasks.length || !tasks.every((task) => answered.has(task))) throw new Error([...answered].join(', '));
    return true;
  }).then(() => undefined);

eachHaproxy("health by HAProxy's own check", ({ binary }) => {
  for (const [sentence, env] of [
    ['refuses connections', SLOW],
    ['answers 503', { ...SLOW, STANDIN_START: '503' }],
  ] as const) {
    it(`a task that at first ${sentence} gets no request before it can answer, and soon after it can`, async (t) => {
      const edge = await openEdge(t, { haproxy: binary, standIn: { timeScale: 0.3 } });
      const app = anAppDefinition('/cart', { instances: 1, env, healthChecks: [{ path: '/health', intervalSeconds: 60 }] });
      await edge.marathon('POST', '/v2/apps', app);
      const early = await waitFor('it answers', async () => {
        const answer = await edge.get(HOST);
        assert.ok(answer.status === 200 || answer.task === undefined, 'whatever fails is not from the task');
        return answer.status === 200 && answer;
      });
      assert.deepEqual([early.task], tasksOf(edge));

      const clients = await steadyClients(t, [{ host: HOST, port: edge.ports.http }]);
      await edge.marathon('PUT', '/v2/apps/cart?force=true', { instances: 3 });
      await edge.standIn.until('three run', () => edge.standIn.tasks('/cart').filter(({ state }) => state === 'TASK_RUNNING').length === 3);
      await untilServedBy(edge, tasksOf(edge));
      assert.deepEqual((await clients.stop()).failures, []);
    });
  }

  it('a task whose check fails is taken out, and comes back when it passes', async (t) => {
    // 0: Marathon looks on, and does not kill it.
    const healthChecks = [{ path: '/health', intervalSeconds: 1, maxConsecutiveFailures: 0 }];
    const edge = await openEdge(t, { haproxy: binary, apps: [anAppDefinition('/cart', { instances: 3, healthChecks })] });
    await edge.until(200, HOST);
    const tasks = tasksOf(edge);
    await untilServedBy(edge, tasks);
    const clients = await steadyClients(t, [{ host: HOST, port: edge.ports.http }]);
    const [sick = '', ...others] = tasks;
    edge.standIn.faults.setHealth(sick, 'fail');
    await untilServedBy(edge, others);
    edge.standIn.faults.setHealth(sick, 'ok');
    await untilServedBy(edge, tasks);
    assert.deepEqual((await clients.stop()).failures, []);
  });

  it('a task whose check fails, and that Marathon still finds healthy, gets no request after reloads for other apps', async (t) => {
    const app = anAppDefinition('/cart', { instances: 3, healthChecks: [{ path: '/health', intervalSeconds: 1 }] }) as AppInput;
    // Marathon's second is an hour: it does not look again.
    const edge = await openEdge(t, { haproxy: binary, standIn: { timeScale: 3600, seed: [app] } });
    await edge.until(200, HOST);
    const tasks = tasksOf(edge);
    await untilServedBy(edge, tasks);
    const [sick = '', ...others] = tasks;
    edge.standIn.faults.setHealth(sick, 'fail');
    await untilServedBy(edge, others);
    const clients = await steadyClients(t, [{ host: HOST, port: edge.ports.http }]);
    clients.forgetAnswers();
    // The second reload knows from the worker of the first. Each new algorithm is a new profile, and that takes a reload with every HAProxy.
    for (const balance of ['leastconn', 'first']) {
      const { reloads } = (await edge.daemon.views.status()).counters;
      await edge.marathon('POST', '/v2/apps', anAppDefinition(`/${balance}`, { instances: 0, labels: { HAPROXY_0_BALANCE: balance } }));
      await waitFor('the reload', async () => (await edge.daemon.views.status()).counters.reloads > reloads);
      await waitFor('nothing is left to do', async () => (await edge.daemon.views.plan()).kind === 'noop');
      await clients.moreRequests();
    }
    assert.ok(
      edge.standIn.tasks('/cart').every(({ healthy }) => healthy === true),
      'Marathon does not know',
    );
    assert.deepEqual(new Set(clients.seen.byTask.keys()), new Set(others));
    edge.standIn.faults.setHealth(sick, 'ok');
    await untilServedBy(edge, tasks);
    assert.deepEqual((await clients.stop()).failures, []);
  });
});

for (const { version, binary } of haproxies.slice(0, 1)) {
  it(`with --health-check a task gets requests only while Marathon finds it healthy (HAProxy ${version})`, async (t) => {
    const healthChecks = [
      { protocol: 'COMMAND', command: { value: './check' }, intervalSeconds: 2, maxConsecutiveFailures: 0, gracePeriodSeconds: 1 },
    ];
    const app = anAppDefinition('/cart', { instances: 2, healthChecks, env: { STANDIN_HEALTH: 'fail' } });
    const edge = await openEdge(t, { haproxy: binary, flags: { healthCheck: true }, apps: [anAppDefinition('/other')] });
    await edge.until(200, 'other.example');
    await edge.marathon('POST', '/v2/apps', app);
    await edge.standIn.until('Marathon finds both unhealthy', () => {
      const tasks = edge.standIn.tasks('/cart');
      return tasks.length === 2 && tasks.every(({ healthy }) => healthy === false);
    });
    assert.equal((await edge.get(HOST)).status, 503);
    const [first = '', second = ''] = tasksOf(edge);
    edge.standIn.faults.setHealth(first, 'ok');
    await edge.until(200, HOST);
    await untilServedBy(edge, [first]);
    edge.standIn.faults.setHealth(second, 'ok');
    await untilServedBy(edge, [first, second]);
    edge.standIn.faults.setHealth(first, 'fail');
    await untilServedBy(edge, [second]);
  });

  it(`with --health-check a new leader, which has no results yet, takes nobody out (HAProxy ${version})`, async (t) => {
    const healthChecks = [{ path: '/health', intervalSeconds: 10 }];
    const edge = await openEdge(t, {
      haproxy: binary,
      standIn: { instances: 2, timeScale: 0.2 },
      flags: { healthCheck: true },
      apps: [anAppDefinition('/cart', { healthChecks })],
    });
    await edge.until(200, HOST);
    await untilServedBy(edge, tasksOf(edge));
    const clients = await steadyClients(t, [{ host: HOST, port: edge.ports.http }]);
    const before = edge.standIn.leaderUrl;
    edge.standIn.forget();
    edge.standIn.faults.abdicate();
    await edge.standIn.until('another leads', () => ![before, undefined].includes(edge.standIn.leaderUrl));
    assert.ok(
      edge.standIn.tasks('/cart').every(({ healthy }) => healthy === undefined),
      'it has no results',
    );
    await edge.standIn.until('it was read', () =>
      edge.standIn.requests.some(({ url, status }) => url.startsWith('/v2/apps') && status === 200),
    );
    await clients.moreRequests();
    await edge.standIn.until('it has results again', () => edge.standIn.tasks('/cart').every(({ healthy }) => healthy === true));
    clients.forgetAnswers();
    await clients.moreRequests();
    const { failures, byTask } = await clients.stop();
    assert.deepEqual(failures, []);
    assert.deepEqual(new Set(byTask.keys()), new Set(tasksOf(edge)));
  });
}
