import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { anAppDefinition } from '../kit/edge.ts';
import { masterOf, workersOf } from '../kit/haproxy-of.ts';
import { askApi } from '../kit/ask-api.ts';
import { fill, get, isServed, run, standInFor, statusOf, write } from '../kit/runs.ts';
import { mayMount, placeFor, startSluice } from '../kit/sluice.ts';
import { sawNoFailure, shoppers } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

describe('Sluice ends and is started again', { concurrency: 3 }, () => {
  it('by SIGKILL in the middle of a rolling upgrade: HAProxy goes on, is found again, and no request fails', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    const healthChecks = [{ protocol: 'HTTP', path: '/health', portIndex: 0, intervalSeconds: 1, gracePeriodSeconds: 60 }];
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop', { instances: 6, taskKillGracePeriodSeconds: 400, healthChecks }));
    const first = await run(t, place, standIn);
    await isServed(place, 'shop.example');
    const before = await masterOf(place.runDir);
    const { current } = await workersOf(place.runDir);
    const clients = shoppers(t, place.ports.http);

    // What is killed goes on serving until its grace is over: longer than a Sluice needs to start.
    const roll = await write(standIn, 'PUT', '/v2/apps/shop', {
      env: { RELEASE: '2', STANDIN_START_DELAY_MS: '50' },
      upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
    });
    await waitFor('the upgrade is under way', () => clients.seen.byVersion.size === 2);
    await first.endBy('SIGKILL');
    await run(t, place, standIn);
    assert.equal(await masterOf(place.runDir), before, 'the same master');
    assert.equal(await standIn.waitForDeployment(roll, 60_000), 'success');
    await waitFor('only the new version answers', async () => {
      clients.forgetAnswers();
      await clients.moreRequests();
      return clients.seen.byVersion.size === 1 && clients.seen.byTask.size === 6;
    });
    await sawNoFailure(clients);
    const wanted = standIn.tasks('/shop').filter(({ state }) => state === 'TASK_RUNNING').length;
    assert.equal((await statusOf(place)).servers, wanted);
    assert.equal((await workersOf(place.runDir)).current, current, 'the same worker: servers come and go without a reload');
  });

  it('by SIGKILL while apps come: the next one makes HAProxy as it should be, with the same master', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    const first = await run(t, place, standIn);
    await isServed(place, 'shop.example');
    const before = await masterOf(place.runDir);
    const clients = shoppers(t, place.ports.http);

    await first.endBy('SIGKILL');
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/news'));
    await run(t, place, standIn);
    await isServed(place, 'news.example');
    assert.equal(await masterOf(place.runDir), before);
    await sawNoFailure(clients);
  });

  it('by SIGTERM: HAProxy is stopped, and the exit code is 0', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    const running = await run(t, place, standIn);
    const { code, stdout } = await running.endBy('SIGTERM');
    assert.equal(code, 0);
    assert.match(stdout, /"haproxy":"stopped","msg":"sluice ends"/);
    assert.equal(await masterOf(place.runDir), undefined);
    await assert.rejects(get(place, 'shop.example'), { code: 'ECONNREFUSED' });
  });

  it('with --keep-haproxy: traffic goes on, and the next one adopts it without a reload', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    const first = await run(t, place, standIn, ['--keep-haproxy']);
    await isServed(place, 'shop.example');
    const before = { master: await masterOf(place.runDir), worker: await workersOf(place.runDir) };
    const clients = shoppers(t, place.ports.http);

    const { code, stdout } = await first.endBy('SIGTERM');
    assert.equal(code, 0);
    assert.match(stdout, /"haproxy":"left running"/);
    await clients.moreRequests();
    const second = await run(t, place, standIn);
    assert.deepEqual({ master: await masterOf(place.runDir), worker: await workersOf(place.runDir) }, before);
    assert.deepEqual((await askApi(place.runDir, '/plan')).body, { kind: 'noop' } satisfies Plan);
    await sawNoFailure(clients);

    assert.equal((await second.endBy('SIGTERM')).code, 0);
    assert.equal(await masterOf(place.runDir), undefined, 'what was adopted is stopped, too');
  });

  it('by SIGTERM while it starts: nothing is left running, and the exit code is 0', async (t) => {
    const standIn = await standInFor(t);
    for (const what of [/./, /sluice runs/]) {
      const place = await placeFor(t);
      const temp = join(place.folder, 'tmp');
      mkdirSync(temp);
      const running = startSluice(t, ['run', '--marathon', standIn.url, ...place.flags], { env: { TMPDIR: temp } });
      if (what.source === '.') await waitFor('it asks HAProxy what it can', () => readdirSync(temp).length > 0);
      else await running.prints(what);
      const { code, stderr } = await running.endBy('SIGTERM');
      assert.equal(code, 0, stderr);
      assert.deepEqual(readdirSync(temp), []);
      assert.equal(await masterOf(place.runDir), undefined);
    }
  });
});

describe('the disk is full', { skip: mayMount() ? false : 'mount is not permitted here' }, () => {
  it('traffic goes on and changes without a reload arrive; the rest is told, and done as soon as there is room', async (t) => {
    const place = await placeFor(t, 'small run');
    const standIn = await standInFor(t);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/shop'));
    await run(t, place, standIn);
    await isServed(place, 'shop.example');
    const clients = shoppers(t, place.ports.http);
    const ballast = fill(place.runDir);

    await standIn.waitForDeployment(await write(standIn, 'PUT', '/v2/apps/shop', { instances: 4 }));
    await waitFor('all four tasks answer', () => clients.seen.byTask.size === 4);
    await write(standIn, 'POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
    const failed = await waitFor('the status tells what is wrong', async () => {
      const { lastReload } = await statusOf(place);
      return lastReload?.error !== undefined && lastReload.error;
    });
    assert.match(failed, /cannot write HAProxy's files to .*(ENOSPC|no space left)/);
    await waitFor('it was tried again', async () => (await statusOf(place)).counters.failedReloads >= 3);

    rmSync(ballast);
    await isServed(place, 'news.example');
    await sawNoFailure(clients);
  });
});
