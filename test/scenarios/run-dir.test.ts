import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { anAppDefinition } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { byHand, masterOf } from '../kit/haproxy-of.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

eachHaproxy('the run directory is deleted', ({ binary }) => {
  it('Sluice brings back all that HAProxy needs of it, and no request fails', async (t) => {
    const { edge, clients } = await steadyEdge(t, { haproxy: binary });
    const master = await masterOf(edge.runDir);
    const { reloads } = (await edge.daemon.views.status()).counters;
    rmSync(edge.runDir, { recursive: true });
    // What needs no reload arrives also while it is gone.
    await edge.deploy('PUT', '/v2/apps/shop', { instances: 3 });
    await waitFor('all three tasks answer', () => clients.seen.byTask.size === 3);
    await waitFor('the reload', async () => (await edge.daemon.views.status()).counters.reloads > reloads);
    assert.ok(existsSync(join(edge.runDir, 'config', 'haproxy.cfg')));
    assert.equal(await masterOf(edge.runDir), master, 'the same master, which answers on its socket');
    assert.match(await byHand(edge.runDir, 'show info'), /^Stopping: 0$/m);

    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
    await edge.until(200, 'news.example');
    await waitFor('nothing is left to do', async () => (await edge.daemon.views.plan()).kind === 'noop');
    assert.equal((await edge.daemon.views.status()).lastReload?.error, undefined);
    await sawNoFailure(clients);
  });
});
