import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endTasks } from '../../src/rollout/end-tasks.ts';
import type { Observations, ServerObservation } from '../../src/rollout/observation.ts';
import { aRollout, OLD } from './simulated-world.ts';

const DRAINED_AT = '2026-01-01T00:00:00.000Z';
const APP = { instances: 1, isDeploying: false, isChecked: false, tasks: [{ id: 'old-1', state: 'TASK_RUNNING', healthy: true }] };
const BUSY = { taskId: 'old-1', backend: 'b', server: 's', state: 'drain', up: true, weight: 0, sessions: 2, queued: 1 } as const;
const AWAY = { sluice: 'edge-2', because: 'no answer' };

const seeing = (...servers: readonly ServerObservation[]): Observations['seen'] =>
  servers.map((server, at) => ({
    ...{ sluice: `edge-${at}`, at: '', revision: 9 },
    apps: { [OLD]: { servers: [server], counters: { requests: 0, errors5xx: 0, connectionErrors: 0 } } },
  }));

/** What is done about a task that has been drained for a minute, with ten seconds for it. */
const afterTheLimit = (observed: Observations): unknown => {
  const rollout = aRollout({ drainSeconds: 10, atDrainLimit: 'close' });
  const state = { phase: 'shrinking', step: 0, since: DRAINED_AT, atRevision: 1, draining: { 'old-1': DRAINED_AT } } as const;
  const facts = { nowMs: Date.parse(DRAINED_AT) + 60_000, from: APP, observed };
  return endTasks({ ...rollout, state }, facts, { appId: OLD, app: APP, keep: 0, force: false });
};

const ended = (what: string): object => ({ kind: 'kill', appId: OLD, taskIds: ['old-1'], force: false, what });

test('what outlives the limit is closed where that was chosen, and the history says how much it was', () =>
  assert.deepEqual(
    afterTheLimit({ seen: seeing(BUSY), missing: [] }),
    ended(`1 drained tasks of ${OLD} are ended, with 3 connections that outlived the limit`),
  ));

test('where one Sluice does not answer, the history says that its connections are closed uncounted', () =>
  assert.deepEqual(
    afterTheLimit({ seen: seeing(BUSY), missing: [AWAY] }),
    ended(`1 drained tasks of ${OLD} are ended, with 3 connections that outlived the limit, and with those of Sluice edge-2 (no answer)`),
  ));

test('where no Sluice says what runs on a task, nothing is closed', () => {
  const { kind } = afterTheLimit({ seen: [], missing: [AWAY] }) as { readonly kind: string };
  assert.equal(kind, 'wait');
});
