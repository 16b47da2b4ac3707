import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { launchNow, rollingStart } from '../../src/demo/deployments/rolling.ts';
import { at, listAt, textAt } from '../kit/json.ts';
import { call, standInFor } from './client.ts';

describe('the arithmetic of a rolling upgrade', () => {
  const starts: readonly (readonly [
    string,
    number,
    number,
    number,
    number,
    'resident' | 'stateless',
    { killNow: number; maxCapacity: number },
  ])[] = [
    ['the default doubles and kills nothing at first', 4, 4, 1, 1, 'stateless', { killNow: 0, maxCapacity: 8 }],
    ['half the health lets half go at once', 4, 4, 0.5, 0, 'stateless', { killNow: 2, maxCapacity: 4 }],
    ['health is rounded up', 3, 3, 0.5, 0, 'stateless', { killNow: 1, maxCapacity: 3 }],
    ['capacity is rounded down', 3, 3, 1, 0.5, 'stateless', { killNow: 0, maxCapacity: 4 }],
    ['where nothing could move there is room for one more', 3, 3, 1, 0, 'stateless', { killNow: 0, maxCapacity: 4 }],
    ['and a resident app loses one instead', 3, 3, 1, 0, 'resident', { killNow: 1, maxCapacity: 3 }],
    ['sick ones are not counted as health to spare', 4, 2, 0.5, 0, 'stateless', { killNow: 0, maxCapacity: 4 }],
    ['no health needed: all go at once', 4, 4, 0, 0, 'stateless', { killNow: 4, maxCapacity: 4 }],
  ];
  for (const [sentence, target, running, minimumHealthCapacity, maximumOverCapacity, residency, expected] of starts) {
    it(sentence, () =>
      assert.deepEqual(rollingStart(target, running, { minimumHealthCapacity, maximumOverCapacity }, residency), expected),
    );
  }

  const launches: readonly (readonly [string, number, number, number, number, number])[] = [
    ['all at once where there is room', 4, 8, 4, 0, 4],
    ['as many as there is room for', 4, 5, 4, 0, 1],
    ['never more than are missing', 4, 8, 0, 3, 1],
    ['none while it is full', 4, 4, 4, 0, 0],
  ];
  for (const [sentence, target, capacity, oldLeft, started, expected] of launches) {
    it(sentence, () => assert.equal(launchNow(target, capacity, oldLeft, started), expected));
  }
});

describe('a rolling upgrade', () => {
  const app = { id: '/a', cmd: 'old', instances: 4, healthChecks: [{ path: '/health', intervalSeconds: 5 }] };

  it('never goes below the minimum nor above the maximum', async (t) => {
    const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0.25 };
    const standIn = await standInFor(t, { seed: [{ ...app, upgradeStrategy }] });
    const counts: { all: number; serving: number }[] = [];
    const { body } = await call(standIn, 'PUT', '/v2/apps/a', { cmd: 'new' });
    let isOver = false;
    void standIn.waitForDeployment(textAt(body, 'deploymentId')).then(() => (isOver = true));
    await standIn.until('the upgrade is over', () => {
      const tasks = standIn.tasks('/a');
      counts.push({
        all: tasks.length,
        serving: tasks.filter(({ state, healthy }) => state === 'TASK_RUNNING' && healthy === true).length,
      });
      return isOver;
    });
    assert.ok(Math.max(...counts.map(({ all }) => all)) <= 5);
    assert.ok(Math.min(...counts.map(({ serving }) => serving)) >= 2);
    assert.ok(standIn.tasks('/a').every(({ version }) => version === at(body, 'version')));
    assert.equal(standIn.tasks('/a').length, 4);
  });

  it('waits for readiness as well', async (t) => {
    const standIn = await standInFor(t, { seed: [{ id: '/a', cmd: 'old' }] });
    const env = { STANDIN_START_DELAY_MS: '200', STANDIN_START: '503' };
    const readinessChecks = [{ name: 'ready', path: '/ready', portName: 'default', intervalSeconds: 1, preserveLastResponse: true }];
    const { body } = await call(standIn, 'PUT', '/v2/apps/a', { env, readinessChecks });
    const results = async (): Promise<unknown> =>
      at((await call(standIn, 'GET', '/v2/apps?embed=apps.readiness')).body, 'apps.0.readinessCheckResults');
    await standIn.until('the new one runs', () =>
      standIn.tasks('/a').some(({ version, state }) => version === at(body, 'version') && state === 'TASK_RUNNING'),
    );
    assert.equal(standIn.tasks('/a').length, 2);
    assert.equal(await standIn.waitForDeployment(textAt(body, 'deploymentId')), 'success');
    assert.deepEqual(await results(), []);
    assert.equal(standIn.tasks('/a').length, 1);
  });

  it('of many apps is one step per level of dependency', async (t) => {
    const standIn = await standInFor(t, { upstreams: 'none', agents: 1 });
    const apps = [
      { id: 'web', cmd: 'x', dependencies: ['/g/db'] },
      { id: 'db', cmd: 'x' },
    ];
    await call(standIn, 'POST', '/v2/groups', { id: '/g', apps });
    const steps = listAt((await call(standIn, 'GET', '/v2/deployments')).body, '0.steps');
    assert.deepEqual(
      steps.map((step) => listAt(step, 'actions').map((action) => `${textAt(action, 'action')} ${textAt(action, 'app')}`)),
      [['StartApplication /g/web', 'StartApplication /g/db'], ['ScaleApplication /g/db'], ['ScaleApplication /g/web']],
    );
  });
});
