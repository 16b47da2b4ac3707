import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, listAt, numberAt, textAt } from '../kit/json.ts';
import { call, openEvents, standInFor, words } from './client.ts';

const seed = Array.from({ length: 5000 }, (_, index) => ({
  id: `/group-${index % 50}/app-${index}`,
  cmd: 'x',
  instances: 5,
  labels: { HAPROXY_GROUP: 'external' },
  healthChecks: [{ path: '/health' }],
}));

describe('5,000 apps with 5 tasks each', () => {
  it('are there at once, with addresses that answer', async (t) => {
    const standIn = await standInFor(t, { seed, upstreams: 'shared', timeScale: 1 });
    const apps = listAt((await call(standIn, 'GET', '/v2/apps?embed=apps.tasks')).body, 'apps');
    assert.equal(apps.length, 5000);
    assert.ok(apps.every((app) => at(app, 'tasksHealthy') === 5));
    const addressOf = (task: unknown): string => `${textAt(task, 'host')}:${numberAt(task, 'ports.0')}`;
    assert.equal((await fetch(`http://${addressOf(at(apps, '4999.tasks.0'))}/health`)).status, 200);
    const addresses = new Set(listAt(apps, '0.tasks').map(addressOf));
    assert.equal(addresses.size, 5);
    assert.deepEqual(standIn.events, []);
  });

  it('gain and lose a task with the events of one, and the rest untouched', async (t) => {
    const standIn = await standInFor(t, { seed: seed.slice(0, 100), upstreams: 'none' });
    const client = await openEvents(t, standIn);
    standIn.forget();
    const task = await standIn.addTask('/group-7/app-7');
    const launched = [
      'IC Scheduled',
      'IC Provisioned',
      'SU TASK_STARTING',
      'IC Starting',
      'SU TASK_RUNNING',
      'IC Running',
      'HC true',
      'IH true',
    ];
    assert.deepEqual(words(standIn.events), launched);
    const { body } = await call(standIn, 'GET', '/v2/apps/group-7/app-7');
    assert.deepEqual([at(body, 'app.instances'), at(body, 'app.tasksRunning'), at(body, 'app.tasks.-1.id')], [6, 6, task]);
    standIn.forget();
    await standIn.removeTask('/group-7/app-7', task);
    assert.deepEqual(words(standIn.events), ['IC Running', 'SU TASK_KILLED', 'IC Killed']);
    assert.equal(standIn.tasks('/group-7/app-7').length, 5);
    await standIn.until('the stream has it all', () => client.body.includes('"condition":"Killed"'));
  });
});
