import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAction } from '../../src/rollout/next-action.ts';
import type { Action } from '../../src/rollout/action.ts';
import type { AppFacts } from '../../src/rollout/facts.ts';
import { aRollout, GROUP, NEW, OLD } from './simulated-world.ts';

const SINCE = '2026-11-22T12:00:00Z';

const app = (instances: number, healthy = instances): AppFacts => ({
  ...{ instances, isDeploying: false, isChecked: true, group: GROUP },
  tasks: Array.from({ length: instances }, (_, at) => ({ id: `task.${at}`, state: 'TASK_RUNNING', healthy: at < healthy })),
});

/** What is done when the old app, of ten instances, is drained, and the new one is to have ten. */
const atTheEnd = (to: AppFacts): Action => {
  const draining = Object.fromEntries(app(10).tasks.map(({ id }) => [id, SINCE]));
  const state = { phase: 'ending', outcome: 'done', step: 2, since: SINCE, atRevision: 1, draining } as const;
  return nextAction(
    { ...aRollout({ instances: 10 }), state },
    {
      ...{ nowMs: Date.parse(SINCE) + 60_000, from: app(10), to },
      shares: { by: '', at: '', shares: { [OLD]: 0, [NEW]: 100 }, closed: [], splitBy: 'request' },
      observed: { seen: [{ sluice: 'one', at: '', revision: 9, apps: {} }], missing: [] },
    },
  );
};

test('the old app is ended while half of the new one works, and not while less does', () => {
  assert.equal(atTheEnd(app(10, 5)).kind, 'kill');
  const because = `more of ${NEW} to serve, for 4 of the 10 instances of ${NEW} that its share needs work: until then nothing of ${OLD} is ended`;
  assert.deepEqual(atTheEnd(app(10, 4)), { kind: 'wait', for: because });
  assert.deepEqual(atTheEnd(app(10, 0)), { kind: 'wait', for: `${NEW} to serve: until then nothing of ${OLD} is ended` });
});

test('a new app that was made smaller in the meantime is enough as it is', () => assert.equal(atTheEnd(app(3)).kind, 'kill'));
