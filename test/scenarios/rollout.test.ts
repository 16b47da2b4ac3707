import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts';
import type { Rollout, RolloutOptions } from '../../src/rollout/rollout.ts';
import { toSettings } from '../../src/settings.ts';
import { askApi } from '../kit/ask-api.ts';
import { anAppDefinition, type Edge } from '../kit/edge.ts';
import { endHaproxyOf } from '../kit/haproxy-of.ts';
import { sawNoFailure, steadyEdge } from '../kit/steady-edge.ts';
import type { SteadyClients } from '../kit/steady-clients.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { lastly } from '../kit/lastly.ts';
import { waitFor } from '../kit/wait-for.ts';

/** Rollouts under load, by the API, with a real HAProxy and the stand-in's real deployments. */

/** `keepHaproxy`: it goes on while Sluice is started again, and ends with the test. */
const open = async (t: TestContext, keepHaproxy = false): Promise<{ edge: Edge; clients: SteadyClients }> => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const opened = await steadyEdge(t, { flags: { rollouts: `file:${join(path, 'book.json')}`, keepHaproxy } });
  if (keepHaproxy) lastly(t, async () => endHaproxyOf(opened.edge.runDir));
  return opened;
};

const send = async ({ runDir }: Edge, path: string, body: object): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  const { status, text } = await askApi(runDir, path, { method: 'POST', headers, content: JSON.stringify(body) });
  assert.equal(status, 200, text);
};

const CHECKED = {
  healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0, intervalSeconds: 1, gracePeriodSeconds: 1, maxConsecutiveFailures: 3 }],
};

const start = async (
  edge: Edge,
  options: Partial<RolloutOptions> = {},
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<void> => {
  const definition = anAppDefinition('/shop', overrides);
  await send(edge, '/v2/rollouts', {
    definition,
    from: '/shop',
    by: 'ada@test',
    options: { steps: [50, 100], holdSeconds: 1, ...options },
  });
};

const rolloutOf = async ({ runDir }: Edge): Promise<Rollout> => {
  const { body } = await askApi(runDir, '/v2/rollouts/shop');
  const { rollout } = body as { readonly rollout: Rollout | null };
  if (rollout === null) throw new Error('there is no rollout');
  return rollout;
};

const until = async (edge: Edge, what: string, is: (rollout: Rollout) => boolean): Promise<Rollout> =>
  waitFor(what, async () => {
    const rollout = await rolloutOf(edge);
    if (!is(rollout)) throw new Error(JSON.stringify({ state: rollout.state, history: rollout.history.map((entry) => entry.what) }));
    return rollout;
  });

const ended = async (edge: Edge, outcome: string): Promise<Rollout> => {
  const rollout = await until(edge, 'the rollout has ended', ({ state }) => state.phase === 'ended');
  assert.equal(rollout.state.outcome, outcome, JSON.stringify(rollout.history, undefined, 1));
  return rollout;
};

const appIds = async (edge: Edge): Promise<readonly string[]> => {
  const { apps } = (await edge.marathon('GET', '/v2/apps')) as { readonly apps: readonly { readonly id: string }[] };
  return apps.map(({ id }) => id);
};

test('blue/green in five steps, and undo after the old app is gone, lose no request', async (t) => {
  const { edge, clients } = await open(t);
  await start(edge, { steps: [5, 25, 50, 75, 100] });
  const { history } = await ended(edge, 'done');
  assert.deepEqual(await appIds(edge), ['/shop-green']);
  const shares = history.map(({ what }) => /^share of \/shop-green (\d+) %$/.exec(what)?.[1]).filter((share) => share !== undefined);
  assert.deepEqual(shares, ['5', '25', '50', '75', '100']);
  await send(edge, '/v2/rollouts/shop', { action: 'undo', by: 'ada@test' });
  await until(edge, 'it is undone', ({ state }) => state.outcome === 'undone' && state.phase === 'ended');
  assert.deepEqual(await appIds(edge), ['/shop']);
  await sawNoFailure(clients);
});

test('instances may change in the middle of a matched rollout', async (t) => {
  const { edge, clients } = await open(t);
  await edge.deploy('PUT', '/v2/apps/shop', { instances: 4 });
  await start(edge, { surge: 'matched', steps: [25, 50, 100] });
  await until(edge, 'the second step is held', ({ state }) => state.phase === 'holding' && state.step === 1);
  // Its deployment may be in the way of the rollout's own.
  await edge.marathon('PUT', '/v2/apps/shop-green?force=true', { instances: 5 });
  await edge.marathon('PUT', '/v2/apps/shop?force=true', { instances: 5 });
  await ended(edge, 'done');
  assert.deepEqual(await appIds(edge), ['/shop-green']);
  await sawNoFailure(clients);
});

test('a canary that answers errors is given up by its gate, and nobody else answers any', async (t) => {
  const { edge, clients } = await open(t);
  await edge.standIn.faults.ailApp('/shop-green', { errorPercent: 50 });
  await start(edge, { steps: [25, 100], holdSeconds: 600, gates: [{ kind: 'errors', maxPercent: 1 }] });
  const { state } = await ended(edge, 'aborted');
  assert.match(state.because ?? '', /^gate failed: 5xx [\d.]+ % of \d+ requests, old 0 % of \d+, at most 1 %$/);
  assert.deepEqual(await appIds(edge), ['/shop']);
  await clients.moreRequests();
  const { failures } = await clients.stop();
  assert.deepEqual(
    failures.filter(({ what }) => !what.includes('shop-green')),
    [],
  );
});

test('a new app that never gets healthy takes nothing, and goes', async (t) => {
  const { edge, clients } = await open(t);
  await edge.standIn.faults.ailApp('/shop-green', { health: 'fail' });
  await start(edge, { healthyWithinSeconds: 2 }, CHECKED);
  const { history } = await ended(edge, 'timed-out');
  assert.ok(!history.some(({ what }) => what.startsWith('share of /shop-green')));
  assert.deepEqual(await appIds(edge), ['/shop']);
  await sawNoFailure(clients);
});

test('a new app that crashes with half of the share leads back', async (t) => {
  const { edge, clients } = await open(t);
  await start(edge, { holdSeconds: 600 }, CHECKED);
  await until(edge, 'half of the share is held', ({ state }) => state.phase === 'holding');
  await edge.standIn.faults.ailApp('/shop-green', { health: 'fail', crash: true });
  await ended(edge, 'aborted');
  assert.deepEqual(await appIds(edge), ['/shop']);
  await clients.moreRequests();
  const { failures } = await clients.stop();
  // Its own bad answers, and what its crash cut before it answered: of that HAProxy says 502, for nobody.
  assert.deepEqual(
    failures.filter(({ kind, what }) => !what.includes('shop-green') && !(kind === 'status 502' && what.endsWith(', '))),
    [],
  );
});

test('another Marathon may lead from each step on: that it does not know yet who is healthy gives nothing up', async (t) => {
  const { edge, clients } = await steadyEdge(t, { flags: { keepHaproxy: true }, standIn: { instances: 3 } });
  await start(edge, { steps: [30, 100], keepSeconds: 1 }, CHECKED);
  for (const at of ['holding 0', 'holding 1', 'keeping 1']) {
    await until(edge, at, ({ state: { phase, step } }) => `${phase} ${step}` === at);
    edge.standIn.faults.abdicate();
    await edge.standIn.until('somebody leads', () => edge.standIn.leaderUrl !== undefined);
  }
  await ended(edge, 'done');
  assert.deepEqual(
    (await appIds(edge)).filter((id) => id.startsWith('/shop')),
    ['/shop-green'],
  );
  await sawNoFailure(clients);
});

test('Sluice may be started again in each phase of each step', async (t) => {
  const { edge, clients } = await open(t, true);
  let daemon: Daemon = edge.daemon;
  lastly(t, async () => daemon.close());
  await start(edge, { steps: [30, 100], keepSeconds: 1 });
  const seen = new Set<string>();
  for (;;) {
    const { state } = await until(
      edge,
      'something new',
      ({ state: { phase, step } }) => phase === 'ended' || !seen.has(`${phase} ${step}`),
    );
    if (state.phase === 'ended') break;
    seen.add(`${state.phase} ${state.step}`);
    await daemon.close();
    daemon = await startDaemon(toSettings(edge.flags), pino({ level: process.env['SLUICE_TEST_LOG'] ?? 'silent' }));
  }
  for (const phase of ['holding 0', 'holding 1', 'keeping 1']) assert.ok(seen.has(phase), `${phase} of ${[...seen].join(', ')}`);
  await ended(edge, 'done');
  assert.deepEqual(await appIds(edge), ['/shop-green']);
  await sawNoFailure(clients);
});
