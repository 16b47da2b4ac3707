import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observations, ServerObservation } from '../../src/rollout/observation.ts';
import { isProvedEmpty, provedTasks, notFailedTasks, workingTasks } from '../../src/rollout/serving.ts';

const APP = '/shop';
const TASK = 'task-1';
const FACTS = { instances: 1, isDeploying: false, isChecked: false, tasks: [{ id: TASK, state: 'TASK_RUNNING', healthy: true }] };
const COUNTERS = { requests: 0, errors5xx: 0, connectionErrors: 0 };
const UP = { taskId: TASK, backend: 'b', server: 's', state: 'ready', up: true, weight: 1, sessions: 0, queued: 0 } as const;
const ABSENT = { ...UP, state: 'absent', up: false, weight: 0 } as const;

/** A Sluice for each server; 'none': it does not know the task. */
const seen = (...servers: readonly (ServerObservation | 'none')[]): Observations => ({
  seen: servers.map((server, at) => ({
    ...{ sluice: `edge-${at}`, at: '', revision: 5 },
    apps: { [APP]: { servers: server === 'none' ? [] : [server], counters: COUNTERS } },
  })),
  missing: [],
});

const says = (observed: Observations): object => ({
  proved: provedTasks(FACTS, APP, observed).length,
  works: workingTasks(FACTS, APP, observed).length,
  notFailed: notFailedTasks(FACTS, APP, observed).length,
});

test('a task is proved where every HAProxy has it up', () => {
  assert.deepEqual(says(seen(UP, UP)), { proved: 1, works: 1, notFailed: 1 });
  assert.deepEqual(says(seen(UP, 'none')), { proved: 0, works: 1, notFailed: 1 });
  assert.deepEqual(says(seen()), { proved: 0, works: 1, notFailed: 1 });
});

test('a task that one HAProxy finds down has failed', () =>
  assert.deepEqual(says(seen(UP, { ...UP, up: false })), { proved: 0, works: 0, notFailed: 0 }));

test('a task that a HAProxy lacks, as after a reload, takes over from nobody, and has not failed', () =>
  assert.deepEqual(says(seen(UP, ABSENT)), { proved: 0, works: 0, notFailed: 1 }));

test('a task is drained when every Sluice answers, has the book in force, sends it nothing and has nothing on it', () => {
  const quiet = { ...UP, state: 'drain' } as const;
  const drained = (observed: Observations, revision = 5): boolean => isProvedEmpty(observed, revision, APP, TASK);
  assert.equal(drained(seen(quiet, quiet)), true);
  assert.equal(drained(seen(quiet, ABSENT)), true);
  assert.equal(drained(seen(quiet, quiet), 6), false, 'one is behind');
  assert.equal(drained(seen(quiet, UP)), false, 'one sends it new ones');
  assert.equal(drained(seen(quiet, { ...quiet, sessions: 1 })), false);
  assert.equal(drained(seen(quiet, { ...quiet, queued: 1 })), false);
  assert.equal(drained({ ...seen(quiet), missing: [{ sluice: 'edge-2', because: 'no answer' }] }), false);
  assert.equal(drained(seen()), false, 'nobody was asked');
});
