import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { anAppDefinition, type Edge, openEdge } from '../kit/edge.ts';
import type { SteadyClients } from '../kit/steady-clients.ts';
import { sawNoFailure, shoppers } from '../kit/steady-edge.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Longer than any test: the process never comes back. */
const NEVER_MS = 600_000;

/** Several Marathons, and an upgrade of /shop that is under way: both versions answer. `done` waits for its end. */
const upgrading = async (t: TestContext): Promise<{ edge: Edge; clients: SteadyClients; done: () => Promise<unknown> }> => {
  const healthChecks = [{ protocol: 'HTTP', path: '/health', portIndex: 0, intervalSeconds: 2, gracePeriodSeconds: 60 }];
  const edge = await openEdge(t, {
    standIn: { instances: 3 },
    // What is killed goes on serving for 20 s: longer than it takes to find another leader.
    apps: [anAppDefinition('/shop', { instances: 6, taskKillGracePeriodSeconds: 400, healthChecks })],
  });
  await edge.until(200, 'shop.example');
  await waitFor('all tasks run', () => edge.standIn.tasks('/shop').filter(({ state }) => state === 'TASK_RUNNING').length === 6);
  const clients = shoppers(t, edge.ports.http);
  const { deploymentId } = (await edge.marathon('PUT', '/v2/apps/shop', {
    env: { RELEASE: '2', STANDIN_START_DELAY_MS: '50' },
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0.34 },
  })) as { deploymentId: string };
  await waitFor('the upgrade is under way', () => clients.seen.byVersion.size === 2);
  return { edge, clients, done: async () => edge.standIn.waitForDeployment(deploymentId, 120_000) };
};

/** The process of the leader is gone, for so long. Resolves to the next one that leads. */
const killLeader = async ({ standIn }: Edge, downMs: number): Promise<string> => {
  const before = standIn.leaderUrl;
  standIn.faults.abdicate({ noticeMs: 0, electionMs: 300, warmUpMs: 300, downMs });
  return waitFor('another leads', () => standIn.leaderUrl !== before && standIn.leaderUrl);
};

const endsRight = async ({ edge, clients }: { edge: Edge; clients: SteadyClients }, leader: string): Promise<void> => {
  await waitFor('only the new version answers', async () => {
    clients.forgetAnswers();
    await clients.moreRequests();
    return clients.seen.byVersion.size === 1 && clients.seen.byTask.size === 6;
  });
  await waitFor('events come from the one that leads now', async () => {
    const { marathon } = await edge.daemon.views.status();
    return marathon.streaming && marathon.leader === leader;
  });
  await waitFor('the plan is noop', async () => (await edge.daemon.views.plan()).kind === 'noop');
  assert.equal((await edge.daemon.views.status()).servers, 6);
  await sawNoFailure(clients);
};

describe("Marathon's leader is killed during a rolling upgrade", { concurrency: 2 }, () => {
  it('and comes back as a standby: the upgrade ends on the new version, and no request fails', async (t) => {
    const { edge, clients, done } = await upgrading(t);
    const leader = await killLeader(edge, 1500);
    assert.equal(await done(), 'success');
    await endsRight({ edge, clients }, leader);
  });

  it('and never comes back, nor does the next one: the addresses that are left are used, and no request fails', async (t) => {
    const { edge, clients, done } = await upgrading(t);
    const first = edge.standIn.leaderUrl;
    const second = await killLeader(edge, NEVER_MS);
    await waitFor('events come from the second', async () => (await edge.daemon.views.status()).marathon.leader === second);
    const third = await killLeader(edge, NEVER_MS);
    assert.equal(new Set([first, second, third]).size, 3);
    assert.equal(await done(), 'success');
    await endsRight({ edge, clients }, third);
  });
});
