import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../src/rollout/action.ts';
import { noted } from '../../src/rollout/edits/noted.ts';
import { endTasks } from '../../src/rollout/end-tasks.ts';
import { nextAction } from '../../src/rollout/next-action.ts';
import type { Observations, ServerObservation } from '../../src/rollout/observation.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import { aBook } from '../kit/books.ts';
import { aRollout, OLD } from './simulated-world.ts';

const DRAINED_AT = '2026-01-01T00:00:00.000Z';
const APP = { instances: 1, isDeploying: false, isChecked: false, tasks: [{ id: 'old-1', state: 'TASK_RUNNING', healthy: true }] };
const BUSY = { taskId: 'old-1', backend: 'b', server: 's', state: 'drain', up: true, weight: 0, sessions: 2, queued: 1 } as const;
const AWAY = { sluice: 'edge-2', because: 'no answer' };

/** Of the book by which it is drained. */
const AT_REVISION = 5;

const seeing = (server: ServerObservation, revision = AT_REVISION): Observations => ({
  seen: [
    {
      ...{ sluice: 'edge-1', at: '', revision },
      apps: { [OLD]: { servers: [server], counters: { requests: 0, errors5xx: 0, connectionErrors: 0 } } },
    },
  ],
  missing: [],
});

/** What is done about a task that has been drained for so long, with ten seconds for it. */
const afterSeconds = (seconds: number, observed: Observations, besides: { readonly closes?: true } = {}): Action | undefined => {
  const rollout = aRollout({ drainSeconds: 10, healthyWithinSeconds: 600, atDrainLimit: besides.closes ? 'wait' : 'close' });
  const draining = { 'old-1': DRAINED_AT };
  const state = { phase: 'shrinking', step: 0, since: DRAINED_AT, atRevision: AT_REVISION, draining, ...besides } as const;
  const facts = { nowMs: Date.parse(DRAINED_AT) + 1000 * seconds, from: APP, observed };
  return endTasks({ ...rollout, state }, facts, { appId: OLD, app: APP, keep: 0, force: false });
};

const ended = (what: string): object => ({ kind: 'kill', appId: OLD, taskIds: ['old-1'], force: false, what });

test('what outlives the limit is closed where that was chosen, and the history says how much it was', () =>
  assert.deepEqual(
    afterSeconds(60, seeing(BUSY)),
    ended(`1 drained tasks of ${OLD} are ended, with 3 connections that outlived the limit`),
  ));

test('where one Sluice does not answer, the history says that its connections are closed uncounted', () =>
  assert.deepEqual(
    afterSeconds(60, { ...seeing(BUSY), missing: [AWAY] }),
    ended(`1 drained tasks of ${OLD} are ended, with 3 connections that outlived the limit, and with those of Sluice edge-2 (no answer)`),
  ));

test('where no Sluice says what runs on a task, nothing is closed', () =>
  assert.equal(afterSeconds(6000, { seen: [], missing: [AWAY] })?.kind, 'wait'));

test('what somebody promotes is closed at once, and the history says so', () =>
  assert.deepEqual(
    afterSeconds(1, seeing(BUSY), { closes: true }),
    ended(`1 drained tasks of ${OLD} are ended, with 3 connections that were not waited for`),
  ));

test('a Sluice that has not heard of the drain yet has its time to: until then nothing is closed', () => {
  const unheard = seeing({ ...BUSY, state: 'ready' }, AT_REVISION - 1);
  assert.deepEqual(afterSeconds(60, unheard), {
    kind: 'wait',
    for: `Sluice edge-1 to say what runs on tasks of ${OLD}, for longer than the limit of 10 s`,
  });
  assert.equal(afterSeconds(1, unheard, { closes: true })?.kind, 'wait');
  assert.equal(afterSeconds(609, unheard)?.kind, 'wait');
  assert.equal(afterSeconds(610, unheard)?.kind, 'kill');
  assert.equal(afterSeconds(600, unheard, { closes: true })?.kind, 'kill');
});

test('a Sluice that goes on listing an app that is gone is waited for in time, from when it is gone, and named', () => {
  const at = (seconds: number): string => new Date(Date.parse(DRAINED_AT) + 1000 * seconds).toISOString();
  const state = { phase: 'ending', outcome: 'done', step: 2, since: DRAINED_AT, atRevision: 1, draining: {} } as const;
  const asked = (rollout: Rollout, seconds: number) => nextAction(rollout, { nowMs: Date.parse(at(seconds)), observed: seeing(BUSY) });
  const before: Rollout = { ...aRollout({ healthyWithinSeconds: 40 }), state };
  const first = asked(before, 5000);
  assert.ok(first.kind === 'note' && first.enter === undefined, JSON.stringify(first));
  const after = noted(aBook({ rollouts: [before] }), before, first, { by: 'controller', at: at(5000) }).value;
  assert.deepEqual(asked(after, 5039), { kind: 'wait', for: `Sluice edge-1 to hear that ${OLD} is gone` });
  const last = asked(after, 5040);
  assert.ok(last.kind === 'note' && last.enter?.phase === 'ended', JSON.stringify(last));
  assert.deepEqual(last.what, [`Sluice edge-1 has not heard that ${OLD} is gone`, `${OLD} has ended`]);
});
