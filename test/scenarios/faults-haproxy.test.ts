import assert from 'node:assert/strict';
import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { anAppDefinition, type Edge } from '../kit/edge.ts';
import { byHand, connectionsOf, masterOf, workersOf } from '../kit/haproxy-of.ts';
import { openWebSocket } from '../kit/open-web-socket.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

const workerOf = async (runDir: string): Promise<number> => (await workersOf(runDir)).current;

const killed: readonly (readonly [who: string, signal: NodeJS.Signals, victim: (runDir: string) => Promise<number | undefined>])[] = [
  ['the worker', 'SIGKILL', workerOf],
  ['the worker', 'SIGSEGV', workerOf],
  ['the master', 'SIGKILL', masterOf],
];

describe('HAProxy is killed', { concurrency: 2 }, () => {
  for (const [who, signal, victim] of killed) {
    it(`${who} by ${signal}: it is started again with what is desired now, and requests fail only while it is down`, async (t) => {
      const { edge, clients } = await steadyEdge(t);
      // What the files of the last reload do not know.
      await edge.deploy('PUT', '/v2/apps/shop', { instances: 3 });
      await waitFor('all three tasks answer', () => clients.seen.byTask.size === 3);
      await clients.moreRequests();
      assert.deepEqual(clients.seen.failures, []);
      const before = await masterOf(edge.runDir);
      const { counters } = await edge.daemon.views.status();

      process.kill((await victim(edge.runDir)) ?? 0, signal);
      await waitFor('another master runs', async () => {
        const now = await masterOf(edge.runDir);
        return now !== undefined && now !== before;
      });
      await edge.until(200, 'shop.example');
      await waitFor('it is ready', () => edge.daemon.views.ready().ready);
      const failed = clients.seen.failures.length;
      clients.forgetAnswers();
      await waitFor('all three tasks answer', () => clients.seen.byTask.size === 3);
      await clients.moreRequests();
      assert.equal(clients.seen.failures.length, failed, 'no request fails after it is back');
      const after = await edge.daemon.views.status();
      assert.equal(after.counters.reloads, counters.reloads + 1);
      assert.deepEqual(await edge.daemon.views.plan(), { kind: 'noop' });
    });
  }

  it('while an app changes: it comes back with the change', async (t) => {
    const { edge } = await steadyEdge(t);
    const deployed = edge.deploy('POST', '/v2/apps', anAppDefinition('/news'));
    process.kill((await masterOf(edge.runDir)) ?? 0, 'SIGKILL');
    await deployed;
    await edge.until(200, 'news.example');
    await edge.until(200, 'shop.example');
  });

  it('again as soon as it is back, and again: it comes back each time, and requests fail only while it is down', async (t) => {
    const { edge, clients } = await steadyEdge(t);
    const masters = new Set<number>();
    const anotherMaster = async (): Promise<number> =>
      waitFor('another master runs', async () => {
        const now = await masterOf(edge.runDir);
        return now !== undefined && !masters.has(now) && now;
      });
    for (let round = 1; round <= 3; round++) {
      const master = await anotherMaster();
      masters.add(master);
      process.kill(master, 'SIGKILL');
    }
    // Until then a worker of the last one may still answer, which is about to end.
    await anotherMaster();
    await edge.until(200, 'shop.example');
    await waitFor('the plan is empty', async () => (await edge.daemon.views.plan()).kind === 'noop');
    await clients.moreRequests();
    const failed = clients.seen.failures.length;
    await clients.moreRequests();
    assert.equal(clients.seen.failures.length, failed, 'no request fails after it is back');
  });

  it('an old worker: what was connected to it is lost, and nobody else notices', async (t) => {
    const { edge, clients } = await steadyEdge(t);
    const master = await masterOf(edge.runDir);
    const socket = await openWebSocket(t, edge, 'shop.example');
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
    await edge.until(200, 'news.example');
    const [old = 0] = await waitFor('the worker was replaced', async () => {
      const workers = await workersOf(edge.runDir);
      return workers.old.length === 1 && workers.old;
    });
    const { current } = await workersOf(edge.runDir);
    // Requests that it had when it was replaced may still run on it.
    await waitFor('nothing but the WebSocket is left on it', async () => (await connectionsOf(edge.runDir, old)) === 1);

    process.kill(old, 'SIGKILL');
    await waitFor('its WebSocket has ended', () => socket.readyState === WebSocket.CLOSED);
    await waitFor('it is gone', async () => (await workersOf(edge.runDir)).old.length === 0);
    assert.deepEqual(await edge.daemon.views.plan(), { kind: 'noop' });
    assert.deepEqual([await masterOf(edge.runDir), (await workersOf(edge.runDir)).current], [master, current]);
    await sawNoFailure(clients);
  });
});

/** Address and name of the first server of /shop. */
const firstServer = async (edge: Edge): Promise<{ backend: string; name: string; address: string; port: number }> => {
  const port = (await edge.daemon.views.explain('/shop'))?.ports[0];
  const server = port?.servers[0];
  if (port?.backend === undefined || server === undefined) throw new Error('/shop has no server');
  return { backend: port.backend, name: server.name, address: server.address, port: server.port };
};

type Repaired = 'repairedServers' | 'repairedEntries';

const MEDDLING: readonly (readonly [
  what: string,
  command: (server: Awaited<ReturnType<typeof firstServer>>) => string,
  counter: Repaired,
])[] = [
  ['a server is put into maintenance', ({ backend, name }) => `set server ${backend}/${name} state maint`, 'repairedServers'],
  ['a server is drained', ({ backend, name }) => `set server ${backend}/${name} state drain`, 'repairedServers'],
  ['a weight is changed', ({ backend, name }) => `set server ${backend}/${name} weight 77`, 'repairedServers'],
  ['an address is changed', ({ backend, name, port }) => `set server ${backend}/${name} addr 127.0.0.1 port ${port}`, 'repairedServers'],
  ['a route is deleted', () => 'del map maps/routes.map shop.example/', 'repairedEntries'],
  ['a route leads elsewhere', () => 'set map maps/routes.map shop.example/ nowhere', 'repairedEntries'],
  ['a route is added', ({ backend }) => `add map maps/routes.map stranger.example/ ${backend}`, 'repairedEntries'],
];

const auditedEdge = async (t: TestContext) => steadyEdge(t, { flags: { auditInterval: '1' } });

describe('somebody changes HAProxy by hand', { concurrency: 2 }, () => {
  it('and each change is undone by the next look at all of it, without a reload, and counted', async (t) => {
    const { edge, clients } = await auditedEdge(t);
    await clients.stop();
    const { counters } = await edge.daemon.views.status();
    for (const [what, command, counter] of MEDDLING) {
      const server = await firstServer(edge);
      const before = (await edge.daemon.views.status()).counters[counter];
      assert.match(await byHand(edge.runDir, command(server)), /^(IP changed from .*)?$/, what);
      await waitFor(`the plan is empty again after ${what}`, async () => (await edge.daemon.views.plan()).kind === 'noop');
      await waitFor(`it is counted: ${what}`, async () => (await edge.daemon.views.status()).counters[counter] === before + 1);
      assert.deepEqual(await firstServer(edge), server, what);
      await edge.until(200, 'shop.example');
      await edge.until(503, 'stranger.example');
    }
    assert.equal((await edge.daemon.views.status()).counters.reloads, counters.reloads);
  });

  it('and what Sluice itself changes is never counted', async (t) => {
    const { edge, clients } = await auditedEdge(t);
    for (const instances of [5, 1, 4]) await edge.deploy('PUT', '/v2/apps/shop', { instances });
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
    await edge.deploy('DELETE', '/v2/apps/news');
    await waitFor('four tasks answer', async () => {
      clients.forgetAnswers();
      await clients.moreRequests();
      return clients.seen.byTask.size === 4;
    });
    const { events } = (await edge.daemon.views.status()).counters;
    await waitFor('some audits have passed', async () => (await edge.daemon.views.status()).counters.events >= events + 3);
    const { counters } = await edge.daemon.views.status();
    assert.deepEqual([counters.repairedServers, counters.repairedEntries, counters.foreignWorkers], [0, 0, 0]);
    await sawNoFailure(clients);
  });

  it('by a reload with older files: the new worker is found, and replaced by one that runs what is desired', async (t) => {
    const { edge, clients } = await steadyEdge(t);
    const config = join(edge.runDir, 'config');
    const older = readlinkSync(config);
    const { reloads } = (await edge.daemon.views.status()).counters;
    await edge.deploy('POST', '/v2/apps', anAppDefinition('/news', { labels: { HAPROXY_0_BALANCE: 'leastconn' } }));
    await edge.until(200, 'news.example');
    assert.notEqual(readlinkSync(config), older);
    await waitFor('all of the new worker was looked at', async () => {
      const { lastCycle, lastReload, haproxy, counters } = await edge.daemon.views.status();
      if (lastReload === undefined || counters.reloads === reloads || haproxy.reloadPending.length > 0) return false;
      return lastCycle?.kind === 'noop' && Date.parse(lastCycle.at) >= Date.parse(lastReload.at) + lastReload.durationMs;
    });
    const { current } = await workersOf(edge.runDir);

    rmSync(config);
    symlinkSync(older, config);
    process.kill((await masterOf(edge.runDir)) ?? 0, 'SIGUSR2');
    await waitFor('it is counted', async () => (await edge.daemon.views.status()).counters.foreignWorkers === 1);
    await edge.until(200, 'news.example');
    await waitFor('the plan is empty', async () => (await edge.daemon.views.plan()).kind === 'noop');
    assert.notEqual((await workersOf(edge.runDir)).current, current);
    await sawNoFailure(clients);
  });

  it('by a reload with the same files: the new worker is looked at, and left as it is', async (t) => {
    const { edge, clients } = await steadyEdge(t);
    const { reloads } = (await edge.daemon.views.status()).counters;
    process.kill((await masterOf(edge.runDir)) ?? 0, 'SIGUSR2');
    await waitFor('it is counted', async () => (await edge.daemon.views.status()).counters.foreignWorkers === 1);
    await waitFor('the plan is empty', async () => (await edge.daemon.views.plan()).kind === 'noop');
    assert.equal((await edge.daemon.views.status()).counters.reloads, reloads);
    await sawNoFailure(clients);
  });

  it('out of service: the other server carries the traffic until it is back', async (t) => {
    const { edge, clients } = await auditedEdge(t);
    const server = await firstServer(edge);
    await byHand(edge.runDir, `set server ${server.backend}/${server.name} state maint`);
    await waitFor('it is back', async () => (await edge.daemon.views.plan()).kind === 'noop');
    await sawNoFailure(clients);
  });
});

describe('old workers', () => {
  it('that WebSockets keep are at most as many as --max-old-workers: the oldest ends where no reload can wait, the youngest goes on', async (t) => {
    // A task that comes takes a reload, and one that is alone cannot wait for it. Three times: then it is an app that crashes without end.
    const pinned = anAppDefinition('/pinned', { instances: 1, labels: { HAPROXY_0_BALANCE: 'source' } });
    const { edge, clients } = await steadyEdge(t, { flags: { maxOldWorkers: '1' }, apps: [pinned] });
    const sockets: WebSocket[] = [];
    const workers: number[] = [];
    for (let round = 1; round <= 3; round++) {
      const { current } = await workersOf(edge.runDir);
      workers.push(current);
      sockets.push(await openWebSocket(t, edge, 'shop.example'));
      const { task = '' } = await edge.until(200, 'pinned.example');
      edge.standIn.faults.killTask(task);
      await waitFor('the new task answers', async () => {
        const answer = await edge.get('pinned.example');
        return answer.status === 200 && answer.task !== task;
      });
    }
    await waitFor('the oldest WebSockets have ended', () => sockets.slice(0, 2).every(({ readyState }) => readyState === WebSocket.CLOSED));
    assert.deepEqual(
      sockets.slice(2).map(({ readyState }) => readyState),
      [WebSocket.OPEN],
    );
    assert.deepEqual((await workersOf(edge.runDir)).old, workers.slice(2).reverse());
    assert.equal((await edge.daemon.views.status()).haproxy.oldWorkers, 1);
    await sawNoFailure(clients);
    // HAProxy would wait for them when it is stopped.
    for (const socket of sockets) socket.terminate();
  });
});
