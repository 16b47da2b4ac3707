import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StandIn } from '../../src/demo/stand-in.ts';
import { at, has, textAt } from '../kit/json.ts';
import { call, deploy, standInFor, words } from './client.ts';

const app = { id: '/shop/cart', cmd: './run', instances: 1 };
const checked = { ...app, healthChecks: [{ protocol: 'HTTP', path: '/health', intervalSeconds: 10 }] };
const launch18 = ['IC Scheduled', 'IC Provisioned', 'SU TASK_STARTING', 'IC Starting', 'SU TASK_RUNNING', 'IC Running'];
const kill = ['IC Running', 'SU TASK_KILLING', 'IC Killing', 'SU TASK_KILLED', 'IC Killed'];

async function wordsOf(standIn: StandIn, act: () => Promise<unknown>): Promise<readonly string[]> {
  standIn.forget();
  await act();
  return words(standIn.events);
}

describe('the order of events', () => {
  it('deploys a new app in two steps', async (t) => {
    const standIn = await standInFor(t);
    assert.deepEqual(await wordsOf(standIn, async () => deploy(standIn, 'POST', '/v2/apps', checked)), [
      'group_change_success',
      'api_post_event',
      'deployment_info',
      'add_health_check_event',
      'deployment_step_success',
      'deployment_info',
      ...launch18,
      'HC true',
      'IH true',
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  it('names an instance Created before 1.8, and shows none that waits', async (t) => {
    const standIn = await standInFor(t, { personality: '1.5' });
    const order = await wordsOf(standIn, async () => deploy(standIn, 'POST', '/v2/apps', app));
    assert.deepEqual(order.slice(5, -2), ['IC Created', 'SU TASK_STARTING', 'IC Starting', 'SU TASK_RUNNING', 'IC Running']);
  });

  it('reports a Mesos check by a second status update and two changes of health', async (t) => {
    const standIn = await standInFor(t);
    const order = await wordsOf(standIn, async () =>
      deploy(standIn, 'POST', '/v2/apps', { ...app, healthChecks: [{ protocol: 'MESOS_HTTP', path: '/health', intervalSeconds: 10 }] }),
    );
    assert.deepEqual(order.slice(-6, -2), ['SU TASK_RUNNING', 'IH true', 'HC true', 'IH true']);
  });

  it('scales up in one step', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', app);
    const order = await wordsOf(standIn, async () => deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 2 }));
    assert.deepEqual(order, [
      'group_change_success',
      'api_post_event',
      'deployment_info',
      ...launch18,
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  it('scales down with a repeat of the old condition before the kill', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', { ...app, instances: 2 });
    const order = await wordsOf(standIn, async () => deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 1 }));
    assert.deepEqual(order.slice(2), ['deployment_info', ...kill, 'deployment_step_success', 'deployment_success']);
  });

  it('knows no TASK_KILLING in 1.4', async (t) => {
    const standIn = await standInFor(t, { personality: 'legacy' });
    await deploy(standIn, 'POST', '/v2/apps', app);
    const order = await wordsOf(standIn, async () => deploy(standIn, 'PUT', '/v2/apps/shop/cart', { instances: 0 }));
    assert.deepEqual(order.slice(3, -2), ['IC Running', 'SU TASK_KILLED', 'IC Killed']);
  });

  it('replaces one instance by launching beside it and then killing it', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', checked);
    const order = await wordsOf(standIn, async () => deploy(standIn, 'PUT', '/v2/apps/shop/cart', { cmd: './other' }));
    assert.deepEqual(order, [
      'group_change_success',
      'api_post_event',
      'deployment_info',
      'add_health_check_event',
      ...launch18,
      'HC true',
      'IH true',
      ...kill,
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  it('restarts without an api_post_event', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', app);
    const order = await wordsOf(standIn, async () => deploy(standIn, 'POST', '/v2/apps/shop/cart/restart'));
    assert.deepEqual(order, [
      'group_change_success',
      'deployment_info',
      ...launch18,
      ...kill,
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  it('deletes an app that is gone from the list at once, while its tasks still die', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', { ...checked, taskKillGracePeriodSeconds: 75 });
    const order = await wordsOf(standIn, async () => {
      const answered = await call(standIn, 'DELETE', '/v2/apps/shop/cart');
      assert.deepEqual((await call(standIn, 'GET', '/v2/apps')).body, { apps: [] });
      assert.deepEqual((await call(standIn, 'GET', '/v2/tasks')).body, { tasks: [] });
      assert.equal(standIn.tasks('/shop/cart')[0]?.state, 'TASK_KILLING');
      await standIn.waitForDeployment(textAt(answered.body, 'deploymentId'));
    });
    assert.deepEqual(order, [
      'group_change_success',
      'deployment_info',
      'remove_health_check_event',
      ...kill,
      'app_terminated_event',
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  it('relaunches a failed task as the next one of the same instance since 1.8', async (t) => {
    const standIn = await standInFor(t);
    await deploy(standIn, 'POST', '/v2/apps', app);
    const [before] = standIn.tasks('/shop/cart');
    assert.match(before?.id ?? '', /^shop_cart\.instance-[0-9a-f-]{36}\._app\.1$/);
    const order = await wordsOf(standIn, async () => {
      await standIn.faults.failTask(before?.id ?? '');
      const waiting = at((await call(standIn, 'GET', '/v2/apps/shop/cart')).body, 'app.tasks.0');
      assert.deepEqual([at(waiting, 'state'), at(waiting, 'ports')], ['TASK_FAILED', []]);
      assert.ok(!has(waiting, 'stagedAt') && !has(waiting, 'version'));
      await standIn.until('it runs again', () => standIn.tasks('/shop/cart')[0]?.state === 'TASK_RUNNING');
    });
    assert.deepEqual(order, [
      'SU TASK_FAILED',
      'IC Failed',
      'IC Provisioned',
      'SU TASK_STARTING',
      'IC Starting',
      'SU TASK_RUNNING',
      'IC Running',
    ]);
    assert.equal(standIn.tasks('/shop/cart')[0]?.id, before?.id.replace('_app.1', '_app.2'));
    assert.equal(at((await call(standIn, 'GET', '/v2/apps/shop/cart')).body, 'app.lastTaskFailure.taskId'), before?.id);
  });

  it('replaces a failed task by a new instance before 1.8', async (t) => {
    const standIn = await standInFor(t, { personality: '1.5' });
    await deploy(standIn, 'POST', '/v2/apps', app);
    const [before] = standIn.tasks('/shop/cart');
    await standIn.faults.failTask(before?.id ?? '');
    await standIn.until('another runs', () => standIn.tasks('/shop/cart')[0]?.state === 'TASK_RUNNING');
    assert.notEqual(standIn.tasks('/shop/cart')[0]?.instanceId, before?.instanceId);
    assert.match(standIn.tasks('/shop/cart')[0]?.id ?? '', /^shop_cart\.[0-9a-f-]{36}$/);
  });

  it('kills a sick task at failure number maxConsecutiveFailures + 1', async (t) => {
    const standIn = await standInFor(t);
    const healthChecks = [{ protocol: 'HTTP', path: '/health', intervalSeconds: 2, maxConsecutiveFailures: 2, gracePeriodSeconds: 0 }];
    await deploy(standIn, 'POST', '/v2/apps', { ...app, healthChecks });
    const task = standIn.tasks('/shop/cart')[0]?.id ?? '';
    const order = await wordsOf(standIn, async () => {
      standIn.faults.setHealth(task, 'fail');
      await standIn.until('it is relaunched', () => words(standIn.events).includes('IC Provisioned'));
    });
    assert.deepEqual(order.slice(0, order.indexOf('IC Provisioned')), [
      'failed_health_check_event',
      'HC false',
      'IH false',
      'failed_health_check_event',
      'failed_health_check_event',
      'unhealthy_instance_kill_event',
      'SU TASK_KILLING',
      'IC Killing',
      'SU TASK_KILLED',
      'IC Killed',
    ]);
  });

  it('changes the health of an instance per check in 1.4, and for all checks together later', async (t) => {
    const healthChecks = [
      { protocol: 'HTTP', path: '/health', intervalSeconds: 5 },
      { protocol: 'TCP', intervalSeconds: 5 },
    ];
    for (const [personality, expected] of [
      ['legacy', ['HC true', 'HC true', 'IH true', 'IH true']],
      ['1.10', ['HC true', 'HC true', 'IH true']],
    ] as const) {
      const standIn = await standInFor(t, { personality });
      const order = await wordsOf(standIn, async () => deploy(standIn, 'POST', '/v2/apps', { ...app, healthChecks }));
      assert.deepEqual(order.filter((word) => /^(HC|IH)/.test(word)).sort(), expected, personality);
    }
  });

  it('tells nothing of failures within the grace period', async (t) => {
    const standIn = await standInFor(t);
    const healthChecks = [{ protocol: 'HTTP', path: '/health', intervalSeconds: 1 }];
    await call(standIn, 'POST', '/v2/apps', { ...app, env: { STANDIN_HEALTH: 'fail' }, healthChecks });
    await standIn.until('it runs', () => standIn.tasks('/shop/cart')[0]?.state === 'TASK_RUNNING');
    const [task] = standIn.tasks('/shop/cart');
    const probes = async (): Promise<number> => {
      const { host, port } = standIn.taskAddress(task?.id ?? '');
      return (await fetch(`http://${host}:${port}/health`)).status;
    };
    assert.equal(await probes(), 503);
    standIn.faults.setHealth(task?.id ?? '', 'ok');
    await standIn.until('it is healthy', () => standIn.tasks('/shop/cart')[0]?.healthy === true);
    assert.ok(!words(standIn.events).includes('failed_health_check_event'));
  });
});
