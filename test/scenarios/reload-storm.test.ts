import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import { eachHaproxy } from '../kit/haproxy.ts';
import { masterOf } from '../kit/haproxy-of.ts';
import { openWebSocket } from '../kit/open-web-socket.ts';
import { sluice } from '../kit/sluice.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Each of the two is a kind of backend of its own, and every HAProxy takes another kind by a reload only. */
const flip = async (edge: Edge, turn: number): Promise<void> => {
  const app = anAppDefinition('/flapper', { instances: 1, labels: { HAPROXY_0_BALANCE: turn % 2 === 0 ? 'leastconn' : 'first' } });
  await edge.marathon('PUT', '/v2/apps/flapper?force=true', app);
};

const stormyEdge = async (t: TestContext, haproxy: string, maxOldWorkers: string): Promise<Edge> => {
  const edge = await openEdge(t, { haproxy, flags: { maxOldWorkers }, apps: [anAppDefinition('/chat'), anAppDefinition('/flapper')] });
  await edge.until(200, 'chat.example');
  return edge;
};

const reloadsOf = async (edge: Edge): Promise<number> => (await edge.daemon.views.status()).counters.reloads;

const echo = async (socket: WebSocket): Promise<string> => {
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send('hello');
  return (await answered)[0].toString();
};

eachHaproxy('an app flips BALANCE without end', ({ binary }) => {
  it('and cuts no WebSocket: reloads are held back while many old workers have some, and go on when those end', async (t) => {
    const edge = await stormyEdge(t, binary, '4');
    const before = await reloadsOf(edge);
    const sockets: WebSocket[] = [];
    const allAreOpen = (): void =>
      assert.ok(
        sockets.every(({ readyState }) => readyState === WebSocket.OPEN),
        'a WebSocket was cut',
      );
    const turn = async (): Promise<void> => {
      // One for each worker that comes.
      sockets.push(await openWebSocket(t, edge, 'chat.example'));
      await flip(edge, sockets.length);
      await wait(200);
      allAreOpen();
    };
    while ((await edge.daemon.views.status()).haproxy.reloadHeld === undefined) await turn();
    for (let count = 0; count < 10; count++) await turn();
    const { reloadHeld, reloadPending, oldWorkers } = await waitFor('a reload is still held back', async () => {
      const { haproxy } = await edge.daemon.views.status();
      return haproxy.reloadHeld === undefined ? undefined : haproxy;
    });
    assert.match(reloadHeld?.because ?? '', /^\d replaced workers still have connections; with more than 4 the oldest is ended$/);
    assert.ok(reloadPending.length > 0);
    assert.ok(oldWorkers !== null && oldWorkers <= 4, `${oldWorkers ?? 'nobody knows how many'} old workers`);
    const { stdout } = await sluice(['status', '--run-dir', edge.runDir]);
    assert.match(stdout, /^next reload +held back for \d+ (s|min) at most: \d replaced workers .*; due because /m);
    allAreOpen();
    assert.deepEqual(await Promise.all(sockets.map(echo)), Array<string>(sockets.length).fill('hello'));

    const held = await reloadsOf(edge);
    assert.ok(held > before, 'the first changes did not wait');
    for (const socket of sockets) socket.terminate();
    await waitFor('the reload that was held back', async () => (await reloadsOf(edge)) > held);
    await waitFor('nothing is left to do', async () => (await edge.daemon.views.plan()).kind === 'noop');
    assert.equal((await edge.daemon.views.status()).haproxy.reloadHeld, undefined);
  });
});

eachHaproxy('the only task of an app with a static BALANCE crashes again and again', ({ binary }) => {
  it('and a few reloads for it do not wait, but then they do: nobody is cut off for it', async (t) => {
    const crasher = anAppDefinition('/crasher', { instances: 1, labels: { HAPROXY_0_BALANCE: 'source' } });
    const flags = { maxOldWorkers: '5' };
    const edge = await openEdge(t, { haproxy: binary, flags, apps: [anAppDefinition('/chat'), crasher] });
    await edge.until(200, 'crasher.example');
    const sockets: WebSocket[] = [];
    const heldOrServed = async (before: string): Promise<'held' | 'served' | undefined> => {
      if ((await edge.daemon.views.status()).haproxy.reloadHeld !== undefined) return 'held';
      const { status, task } = await edge.get('crasher.example');
      return status === 200 && task !== before ? 'served' : undefined;
    };
    const outcomes: string[] = [];
    while (outcomes.length < 10 && outcomes.at(-1) !== 'held') {
      sockets.push(await openWebSocket(t, edge, 'chat.example'));
      const { task = '' } = await edge.get('crasher.example');
      await edge.standIn.faults.failTask(task);
      outcomes.push(await waitFor('another task is served, or has to wait', () => heldOrServed(task)));
    }
    assert.deepEqual(outcomes, ['served', 'served', 'served', 'held']);
    assert.deepEqual(await Promise.all(sockets.map(echo)), Array<string>(sockets.length).fill('hello'));
    assert.equal((await edge.daemon.views.status()).counters.endedWorkers, 0);

    for (const socket of sockets) socket.terminate();
    await edge.until(200, 'crasher.example');
  });
});

describe('HAProxy dies while a reload is held back', () => {
  it('and is started at once, with what was held back', async (t) => {
    const edge = await stormyEdge(t, process.env['SLUICE_HAPROXY'] ?? 'haproxy', '1');
    await openWebSocket(t, edge, 'chat.example');
    const before = await reloadsOf(edge);
    await flip(edge, 0);
    await waitFor('the first reload', async () => (await reloadsOf(edge)) > before);
    await flip(edge, 1);
    await waitFor('the next is held back', async () => (await edge.daemon.views.status()).haproxy.reloadHeld);
    process.kill((await masterOf(edge.runDir)) ?? 0, 'SIGKILL');
    await waitFor('it was started', async () => (await reloadsOf(edge)) > before + 1);
    await edge.until(200, 'flapper.example');
    await waitFor('nothing is left to do', async () => (await edge.daemon.views.plan()).kind === 'noop');
  });
});
