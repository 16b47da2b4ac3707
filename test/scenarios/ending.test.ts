import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts';
import type { Readiness, Status } from '../../src/report/status.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition, getFrom } from '../kit/edge.ts';
import { byHand, masterOf } from '../kit/haproxy-of.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { lastly } from '../kit/lastly.ts';
import { type Place, placeFor, type SluiceProcess, startSluice } from '../kit/sluice.ts';
import { sawNoFailure, shoppers, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

/** What HAProxy tells whoever balances in front of it. */
const healthOf = async (statsPort: number): Promise<number> =>
  (await getFrom(`http://127.0.0.1:${statsPort}/_haproxy_health_check`)).status;

const turnsTo = async (statsPort: number, status: 200 | 503): Promise<void> => {
  await waitFor(`HAProxy's health check answers ${status}`, async () => (await healthOf(statsPort)) === status);
};

eachHaproxy('a node that is to be taken out', ({ binary }) => {
  it('says so at once and goes on serving and following Marathon, through a reload too', async (t) => {
    const { edge, clients } = await steadyEdge(t, { haproxy: binary });
    assert.equal(await healthOf(edge.ports.stats), 200);
    assert.equal(await edge.daemon.drain(), true);
    const ready = await askApi(edge.runDir, '/ready');
    assert.deepEqual([ready.status, (ready.body as Readiness).because], [503, ['Sluice is about to end: traffic is to go elsewhere']]);
    await turnsTo(edge.ports.stats, 503);

    const reloads = async (): Promise<number> => (await edge.daemon.views.status()).counters.reloads;
    assert.equal(await reloads(), 1, 'it takes no reload');
    await edge.deploy('PUT', '/v2/apps/shop', { instances: 3 });
    await edge.marathon('POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
    await edge.until(200, 'news.example');
    await waitFor('another kind of backend has made it reload', async () => (await reloads()) === 2);
    assert.equal(await healthOf(edge.ports.stats), 503);
    await waitFor('HAProxy is as desired', async () => (await edge.daemon.views.plan()).kind === 'noop');
    await sawNoFailure(clients);
  });
});

const standInFor = async (t: TestContext): Promise<StandIn> => {
  const standIn = await startStandIn({ timeScale: 0.05 });
  lastly(t, async () => standIn.close());
  const answer = await fetch(`${standIn.url}/v2/apps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(anAppDefinition('/shop')),
  });
  assert.equal(answer.status, 201);
  return standIn;
};

/** `sluice run` that serves /shop. The last of two equal flags counts. */
const run = async (t: TestContext, place: Place, standIn: StandIn, flags: readonly string[]): Promise<SluiceProcess> => {
  const running = startSluice(t, ['run', '--marathon', standIn.url, ...place.flags, ...flags]);
  await running.prints(/sluice runs/);
  await waitFor('it is ready', async () => (await askApi(place.runDir, '/ready')).status === 200);
  await waitFor('shop.example answers', async () => (await get(place)).status === 200);
  return running;
};

const get = async (place: Place) => getFrom(`http://127.0.0.1:${place.ports.http}/`, { host: 'shop.example' });

const isRefused = async (place: Place): Promise<boolean> =>
  get(place).then(
    () => false,
    (error: unknown) => (error as { code?: string }).code === 'ECONNREFUSED',
  );

/** Longer than any test takes: what is expected comes before. */
const LONG = '600';

describe('sluice run ends', { concurrency: 3 }, () => {
  it('by SIGTERM: whoever balances in front of it and heeds its health check sees no request fail', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    const running = await run(t, place, standIn, ['--drain-grace', '5']);
    const clients = shoppers(t, place.ports.http);
    await clients.moreRequests();
    running.child.kill('SIGTERM');
    await turnsTo(place.ports.stats, 503);
    await sawNoFailure(clients);
    const { code, stdout } = await running.end();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /"graceMs":5000,"msg":"drains: /);
    assert.match(stdout, /"haproxy":"stopped","msg":"sluice ends"/);
    assert.equal(await masterOf(place.runDir), undefined);
  });

  it('by SIGTERM without a grace: connections may end first', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    const running = await run(t, place, standIn, ['--drain-grace', '0', '--stop-limit', LONG]);
    const socket = new WebSocket(`ws://127.0.0.1:${place.ports.http}/`, { headers: { host: 'shop.example' } });
    lastly(t, () => socket.terminate());
    await once(socket, 'message');
    running.child.kill('SIGTERM');
    await waitFor('no new connection is taken', async () => isRefused(place));
    socket.send('still there');
    await once(socket, 'message');
    assert.ok(running.isAlive);
    socket.terminate();
    assert.equal((await running.end()).code, 0);
  });

  it('by SIGINT without the grace, and with --keep-haproxy without either', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    const kept = await run(t, place, standIn, ['--drain-grace', LONG, '--keep-haproxy']);
    assert.equal((await kept.endBy('SIGTERM')).code, 0);
    assert.equal(await healthOf(place.ports.stats), 200);
    const other = await run(t, place, standIn, ['--drain-grace', LONG]);
    assert.equal((await other.endBy('SIGINT')).code, 0);
    assert.equal(await masterOf(place.runDir), undefined);
  });

  it('at once by a second SIGTERM, and the next one takes the node back into rotation', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    const first = await run(t, place, standIn, ['--drain-grace', LONG]);
    const clients = shoppers(t, place.ports.http);
    first.child.kill('SIGTERM');
    await turnsTo(place.ports.stats, 503);
    await waitFor('it ends', () => {
      // Within half a second a second one is the same wish.
      first.child.kill('SIGTERM');
      return !first.isAlive;
    });
    assert.equal((await first.end()).code, 130);
    assert.equal(await healthOf(place.ports.stats), 503);
    await run(t, place, standIn, []);
    await turnsTo(place.ports.stats, 200);
    await sawNoFailure(clients);
  });

  it('drained also when nothing is known of Marathon yet and HAProxy was found running', async (t) => {
    const standIn = await standInFor(t);
    const place = await placeFor(t);
    assert.equal((await (await run(t, place, standIn, ['--keep-haproxy'])).endBy('SIGTERM')).code, 0);
    standIn.faults.refuse();
    const flags = [...place.flags, '--state-dir', join(place.folder, 'other'), '--drain-grace', LONG];
    const second = startSluice(t, ['run', '--marathon', standIn.url, ...flags]);
    await second.prints(/full read failed/);
    assert.equal(await healthOf(place.ports.stats), 200);
    second.child.kill('SIGTERM');
    await turnsTo(place.ports.stats, 503);
    assert.equal((await get(place)).status, 200);
    const { ready } = (await askApi(place.runDir, '/status')).body as Status;
    assert.ok(ready.because.includes('Sluice is about to end: traffic is to go elsewhere'), ready.because.join('; '));
    assert.match(await byHand(place.runDir, 'show map maps/drain.map'), /^0x[0-9a-f]+ node true$/);
  });

  it('without a grace where no HAProxy serves', async (t) => {
    const standIn = await standInFor(t);
    standIn.faults.refuse();
    const place = await placeFor(t);
    const running = startSluice(t, ['run', '--marathon', standIn.url, ...place.flags, '--drain-grace', LONG]);
    await running.prints(/full read failed/);
    assert.equal((await running.endBy('SIGTERM')).code, 0);
  });
});
