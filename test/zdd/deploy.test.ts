import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ZddApp } from '../../src/zdd/app.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { openCluster } from './cluster.ts';
import { blue, DEFINITION, green, instances, whats } from './fixtures.ts';
import { runZdd } from './in-process.ts';

describe('a deployment as zdd.py made it', () => {
  it('stops with --new-instances beside the old app; --complete-cur and --complete-prev go to either end', async (t) => {
    for (const [found, left] of [
      ['complete current', '/nginx-green 3'],
      ['complete previous', '/nginx-blue 3'],
    ] as const) {
      const cluster = await openCluster(t);
      blue(cluster);
      const beside = await runZdd(cluster, { definition: DEFINITION, options: { newInstances: 1 } });
      assert.deepEqual([beside.code, instances(cluster)], [0, ['/nginx-blue 2', '/nginx-green 1']], beside.told);
      const again = await runZdd(cluster, { definition: DEFINITION });
      assert.equal(again.code, 2);
      assert.match(
        again.told,
        /\/nginx-blue and \/nginx-green are there\. Go on with --resume, end it with --complete-cur, go back with --complete-prev$/,
      );
      const whole = await runZdd(cluster, { definition: DEFINITION, options: { found } });
      assert.deepEqual([whole.code, instances(cluster)], [0, [left]], whole.told);
    }
  });

  it('goes on beside the old app where --resume finds it so', async (t) => {
    const cluster = await openCluster(t);
    blue(cluster);
    green(cluster, 1, 2);
    const { code, told } = await runZdd(cluster, { definition: DEFINITION, options: { found: 'resume' } });
    assert.deepEqual([code, instances(cluster)], [0, ['/nginx-blue 1', '/nginx-green 2']], told);
  });

  it('goes back from an app whose deployment never ends', async (t) => {
    const cluster = await openCluster(t);
    blue(cluster);
    green(cluster);
    const stuck = cluster.world.get('/nginx-green');
    cluster.world.apps.set(stuck.id, { ...stuck, deployments: [{ id: 'd' }] });
    for (const { id } of stuck.tasks) cluster.world.status.set(id, 'DOWN');
    for (const { id } of cluster.world.get('/nginx-blue').tasks) cluster.world.status.set(id, 'UP');
    const { code, told } = await runZdd(cluster, { definition: DEFINITION, options: { found: 'complete previous' } });
    assert.deepEqual([code, whats(cluster)], [0, ['DELETE /v2/apps/nginx-green?force=true']], told);
  });

  it('gives the hook the old app, the ids and the new app, and tells it and asks once where Marathon has the app locked', async (t) => {
    const cluster = await openCluster(t);
    const { path: folder, remove } = tempFolder();
    lastly(t, remove);
    blue(cluster);
    const hook = join(folder, 'hook');
    writeFileSync(hook, `#!/bin/sh\nprintf '%s\\n' "$#" "$1" "$2" "$3" >> '${folder}/told'\n`);
    chmodSync(hook, 0o755);
    cluster.instead.push({ to: 'POST /v2/tasks/delete', status: 409, times: 2 });
    const { code, told } = await runZdd(cluster, { definition: DEFINITION, options: { hook }, input: '\nwhat\ny\nyes\nyes\nyes\n' });
    assert.equal(code, 0, told);
    assert.equal(told.split('Continue? [Y/n]').length - 1, 5, 'created, killed twice, deleted, and once more for a wrong answer');
    const [count, old = '', ids, fresh = '', ...more] = readFileSync(join(folder, 'told'), 'utf8').trimEnd().split('\n');
    assert.deepEqual([count, ids, more.length], ['3', '["nginx-blue.0001"]', 4]);
    assert.deepEqual(
      [old, fresh].map((text) => (JSON.parse(text) as ZddApp).id),
      ['/nginx-blue', '/nginx-green'],
    );
  });

  it('waits for a balancer and a Marathon that fail midway', async (t) => {
    const cluster = await openCluster(t);
    blue(cluster);
    cluster.onAsked = (what) => {
      if (what !== 'POST /v2/apps') return;
      cluster.instead.push({ to: 'GET /haproxy', status: 503, times: 2 }, { to: 'GET /v2/apps/', status: 503, times: 2 });
      cluster.instead.push({ to: 'PUT', status: 503, times: 1 }, { to: 'DELETE', status: 500, times: 1 });
    };
    const { code, told } = await runZdd(cluster, { definition: DEFINITION });
    assert.deepEqual([code, instances(cluster)], [0, ['/nginx-green 3']], told);
    assert.match(told, /waits: the balancer at 127\.0\.0\.1:\d+ cannot be seen: \/haproxy\?stats;csv answers 503/);
    assert.match(told, /waits: \/nginx-blue cannot be read: .*503/);
  });

  it('kills nothing twice where the answer to a kill is lost, and Marathon lists the task until it has ended', async (t) => {
    const cluster = await openCluster(t);
    blue(cluster);
    const lost = 'nginx-blue.0001';
    cluster.instead.push({ to: 'POST /v2/tasks/delete', status: 502, times: 1 });
    cluster.onAsked = (what) => {
      if (!what.startsWith('POST /v2/tasks/delete') || cluster.world.ending.size > 0) return;
      cluster.world.ending.set(
        '/nginx-blue',
        cluster.world.get('/nginx-blue').tasks.filter(({ id }) => id === lost),
      );
      cluster.world.kill([lost]);
    };
    const { code, told } = await runZdd(cluster, { definition: DEFINITION });
    assert.deepEqual([code, instances(cluster)], [0, ['/nginx-green 3']], told);
    const asked = cluster.changes.map(({ body }) => (body as { readonly ids?: readonly string[] } | undefined)?.ids ?? []);
    assert.deepEqual(
      asked.flat().filter((id) => id === lost),
      [lost],
    );
  });

  it('kills what keeps connections after --max-wait, and never while the new one does not serve', async (t) => {
    const cluster = await openCluster(t);
    blue(cluster);
    for (const { id } of cluster.world.get('/nginx-blue').tasks) cluster.world.sessions.set(id, 1_000_000);
    cluster.world.status.set('nginx-green.0004', 'DOWN');
    let looks = 0;
    cluster.onAsked = (what) => {
      if (what.startsWith('GET /haproxy')) looks += 1;
      if (looks !== 5) return;
      assert.deepEqual(cluster.world.killed, []);
      cluster.world.status.clear();
    };
    const { code, told } = await runZdd(cluster, { definition: DEFINITION, options: { maxWaitMs: 0 } });
    assert.deepEqual([code, instances(cluster)], [0, ['/nginx-green 3']], told);
    assert.match(told, /waits: 0 of 1 task of \/nginx-green serve in every balancer/);
  });
});
