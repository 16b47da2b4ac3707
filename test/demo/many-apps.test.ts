// Answers are read as they come over the wire: the assertions say what is expected of them.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
    const { apps } = (await call(standIn, 'GET', '/v2/apps?embed=apps.tasks')).body;
    assert.equal(apps.length, 5000);
    assert.ok(apps.every((app: { tasksHealthy: number }) => app.tasksHealthy === 5));
    const [first] = apps[4999].tasks;
    assert.equal((await fetch(`http://${first.host}:${first.ports[0]}/health`)).status, 200);
    const addresses = new Set(apps[0].tasks.map(({ host, ports }: { host: string; ports: number[] }) => `${host}:${ports[0]}`));
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
    const { app } = (await call(standIn, 'GET', '/v2/apps/group-7/app-7')).body;
    assert.deepEqual([app.instances, app.tasksRunning, app.tasks.at(-1).id], [6, 6, task]);
    standIn.forget();
    await standIn.removeTask('/group-7/app-7', task);
    assert.deepEqual(words(standIn.events), ['IC Running', 'SU TASK_KILLED', 'IC Killed']);
    assert.equal(standIn.tasks('/group-7/app-7').length, 5);
    await standIn.until('the stream has it all', () => client.body.includes('"condition":"Killed"'));
  });
});
