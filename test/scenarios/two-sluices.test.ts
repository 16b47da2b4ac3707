import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { GroupView } from '../../src/report/book-views.ts';
import type { Sluices, Status } from '../../src/report/status.ts';
import type { RolloutView } from '../../src/report/rollout-view.ts';
import type { RolloutOptions } from '../../src/rollout/rollout.ts';
import type { GroupObservation } from '../../src/rollout/observation.ts';
import { anAppDefinition } from '../kit/edge.ts';
import { lastly } from '../kit/lastly.ts';
import { SteadyClients } from '../kit/steady-clients.ts';
import { sawNoFailure } from '../kit/steady-edge.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { openTwoSluices, type TaskSluice, type TwoSluices } from '../kit/two-sluices.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Rollouts where two Sluices, each with a HAProxy of its own, send to the same apps. */

const clientsOf = (t: TestContext, { ports }: TwoSluices, ...sluices: readonly TaskSluice[]): SteadyClients => {
  const visits = sluices.map(({ host }) => ({ host: 'shop.example', address: host, port: ports.http }));
  const clients = new SteadyClients(visits, { kept: 1, fresh: 1 });
  lastly(t, async () => clients.stop());
  return clients;
};

const start = async (sluice: TaskSluice, options: Partial<RolloutOptions>): Promise<void> => {
  await sluice.ask('/v2/rollouts', 'POST', {
    ...{ definition: anAppDefinition('/shop'), from: '/shop', by: 'ada@test' },
    options: { steps: [50, 100], holdSeconds: 1, ...options },
  });
};

const until = async (sluice: TaskSluice, what: string, is: (rollout: RolloutView) => boolean): Promise<RolloutView> =>
  waitFor(what, async () => {
    const { rollout } = (await sluice.ask('/v2/rollouts/shop')) as GroupView;
    if (rollout === null || !is(rollout)) throw new Error(JSON.stringify(rollout?.state));
    return rollout;
  });

const done = async (sluice: TaskSluice): Promise<RolloutView> => {
  const rollout = await until(sluice, 'the rollout has ended', ({ state }) => state.phase === 'ended');
  assert.equal(rollout.state.outcome, 'done', JSON.stringify(rollout.history, undefined, 1));
  return rollout;
};

/** Takes connections and never answers, as a process that is stopped. */
const hang = async (t: TestContext, host: string, port: number): Promise<() => Promise<void>> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const end = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  lastly(t, end);
  return end;
};

/** Weights of the apps' servers in a Sluice's HAProxy. */
const weightsAt = async (sluice: TaskSluice): Promise<Readonly<Record<string, readonly number[]>>> => {
  const { apps } = (await sluice.ask('/v2/observations/shop')) as GroupObservation;
  return Object.fromEntries(Object.entries(apps).map(([appId, { servers }]) => [appId, servers.map(({ weight }) => weight)]));
};

test('two Sluices carry a rollout to its end, and lose no request of either', async (t) => {
  const two = await openTwoSluices(t);
  const clients = clientsOf(t, two, two.leader, two.other);
  await clients.moreRequests();
  // Whoever is asked: the one that leads carries it on.
  await start(two.other, {});
  const { history } = await done(two.leader);
  const shares = history.map(({ what }) => /^share of \/shop-green (\d+) %$/.exec(what)?.[1]).filter((share) => share !== undefined);
  assert.deepEqual(shares, ['50', '100'], 'each once');
  const sluicesOf = async (sluice: TaskSluice): Promise<Sluices> => ((await sluice.ask('/status')) as Status).sluices;
  const { leads, leader, others } = await waitFor('it knows who leads', async () => {
    const sluices = await sluicesOf(two.other);
    return sluices.leader === null ? undefined : sluices;
  });
  assert.deepEqual([leads, leader, others.map(({ name }) => name)], [false, two.leader.taskId, [two.leader.taskId]]);
  const ofLeader = await sluicesOf(two.leader);
  assert.deepEqual([ofLeader.leads, ofLeader.leader, ofLeader.others.map(({ name }) => name)], [true, null, [two.other.taskId]]);
  assert.ok(ofLeader.others.every(({ answeredAt, behindSeconds }) => answeredAt !== undefined && behindSeconds !== undefined));
  await sawNoFailure(clients);
});

test('a Sluice that hangs keeps a rollout waiting until it is back, or gone', async (t) => {
  const two = await openTwoSluices(t);
  const { leader, other, ports, marathon } = two;
  const clients = clientsOf(t, two, leader);
  await other.stop();
  const end = await hang(t, other.host, ports.stats);
  await start(leader, {});
  const { state } = await until(leader, 'it waits for the other one', ({ state: { waitingFor = '' } }) =>
    waitingFor.includes(other.taskId),
  );
  assert.match(state.waitingFor ?? '', /^Sluice \S+ \(http:\/\/\S+: no answer within 2 s\) to answer$/);
  assert.equal(state.phase, 'preparing');
  await end();
  await other.start();
  await until(leader, 'it goes on', ({ state: { phase } }) => phase === 'holding');
  await other.stop();
  await until(leader, 'it waits again', ({ state: { waitingFor = '' } }) => waitingFor.includes(other.taskId));
  await marathon('POST', '/v2/tasks/delete?scale=true', { ids: [other.taskId] });
  await done(leader);
  await sawNoFailure(clients);
});

test('where the Sluice that leads is killed in the middle, the other one goes on', async (t) => {
  const two = await openTwoSluices(t);
  const { leader, other, marathon } = two;
  const clients = clientsOf(t, two, other);
  await start(leader, { steps: [50, 75, 100] });
  await until(other, 'the first step is held', ({ state }) => state.phase === 'holding');
  await leader.stop();
  await marathon('POST', '/v2/tasks/delete?scale=true', { ids: [leader.taskId] });
  const { history } = await done(other);
  const shares = history.map(({ what }) => /^share of \/shop-green (\d+) %$/.exec(what)?.[1]).filter((share) => share !== undefined);
  assert.deepEqual(shares, ['50', '75', '100']);
  await sawNoFailure(clients);
});

for (const where of ['Marathon', 'a file'])
  test(`shares that are set at one Sluice are in force at the other: the book is in ${where}`, async (t) => {
    const { path, remove } = tempFolder();
    lastly(t, remove);
    const { leader, other, marathon } = await openTwoSluices(
      t,
      where === 'Marathon' ? {} : { rollouts: `file:${join(path, 'book.json')}` },
    );
    const labels = (id: string) => ({ labels: { HAPROXY_DEPLOYMENT_GROUP: '/shop', HAPROXY_DEPLOYMENT_COLOUR: id.slice(1) } });
    for (const id of ['/blue', '/green']) await marathon('POST', '/v2/apps', anAppDefinition(id, labels(id)));
    await marathon('DELETE', '/v2/apps//shop');
    await waitFor('both have all servers', async () =>
      (await Promise.all([leader, other].map(weightsAt))).every((apps) => ['/blue', '/green'].every((id) => apps[id]?.length === 2)),
    );
    await other.ask('/v2/shares/shop', 'PUT', { shares: { blue: 100, green: 0 }, by: 'ada@test' });
    for (const sluice of [leader, other])
      await waitFor('green has nothing', async () => (await weightsAt(sluice))['/green']?.every((weight) => weight === 0) === true);
  });
