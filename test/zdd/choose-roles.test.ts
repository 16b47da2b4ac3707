import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readApp, type ZddApp } from '../../src/zdd/app.ts';
import { chooseRoles } from '../../src/zdd/choose-roles.ts';
import { ZddError } from '../../src/zdd/exits.ts';
import { grow } from '../../src/zdd/grow.ts';
import type { ZddOptions } from '../../src/zdd/options.ts';
import { zddLabels } from './world.ts';

const OPTIONS: ZddOptions = {
  force: true,
  dryRun: false,
  stepDelayMs: 0,
  maxWaitMs: 0,
  initialInstances: 1,
  linearIncrease: 2,
  newInstances: 0,
  found: 'refuse',
  hook: undefined,
};

const blue: ZddApp = readApp({ id: '/nginx-blue', instances: 5, labels: zddLabels('blue', 3) });
const green: ZddApp = readApp({ id: '/nginx-green', instances: 1, labels: zddLabels('green', 5, 2) });
/** Older than both. */
const first: ZddApp = readApp({
  id: '/first',
  instances: 1,
  labels: { ...zddLabels('blue', 9), HAPROXY_DEPLOYMENT_STARTED_AT: '2025-01-01T00:00:00' },
});

const chosen = (apps: readonly ZddApp[], found: ZddOptions['found']): unknown => {
  try {
    return chooseRoles(apps, { ...OPTIONS, found });
  } catch (error) {
    assert.ok(error instanceof ZddError);
    return error.exitCode;
  }
};

const swap = (freshId: string, oldId: string, target: number, counted: number, beside: number, isBack: boolean): object => ({
  kind: 'swap',
  freshId,
  oldId,
  goal: { target, counted, beside, linearIncrease: 2, isBack },
});

const forward = (beside: number): object => swap(green.id, blue.id, 5, 5, beside, false);

const TABLE: readonly (readonly [what: string, apps: readonly ZddApp[], found: ZddOptions['found'], chosen: unknown])[] = [
  ['nothing is there', [], 'refuse', { kind: 'create', last: undefined }],
  ['one app is there', [blue], 'refuse', { kind: 'create', last: blue }],
  ['one app is there, and --resume', [blue], 'resume', { kind: 'create', last: blue }],
  ['nothing is there to complete', [], 'complete current', 3],
  ['one app is there to complete', [blue], 'complete previous', 3],
  ['two are there', [blue, green], 'refuse', 2],
  ['two are there, and --resume: as many as their labels say', [green, blue], 'resume', forward(2)],
  ['two are there, and --complete-cur', [green, blue], 'complete current', forward(0)],
  // Blue had 5 when green came, and its own label is of when it was created.
  ['two are there, and --complete-prev', [blue, green], 'complete previous', swap(blue.id, green.id, 5, 3, 0, true)],
  ['three are there: the newest two', [green, first, blue], 'complete current', forward(0)],
  ['an app that zdd did not create', [readApp({ ...green, labels: {} }), readApp({ id: '/z', instances: 1 })], 'complete current', 4],
];

describe('what there is to do for a group', () => {
  for (const [what, apps, found, wanted] of TABLE) it(what, () => assert.deepEqual(chosen(apps, found), wanted));
});

describe('the next number of instances', () => {
  const goal = { target: 10, counted: 10, beside: 0, linearIncrease: 0, isBack: false };
  const GROWTH: readonly (readonly [fresh: number, old: number, more: object, next: number])[] = [
    [1, 10, {}, 2],
    [2, 9, {}, 3],
    [3, 8, {}, 5],
    [5, 6, {}, 10],
    [0, 10, {}, 1],
    [1, 10, { linearIncrease: 4 }, 5],
    [9, 2, { linearIncrease: 4 }, 10],
    [3, 8, { beside: 4 }, 4],
    [3, 3, { beside: 7 }, 7],
  ];
  for (const [fresh, old, more, next] of GROWTH)
    it(`${fresh} beside ${old}${JSON.stringify(more)}: ${next}`, () => assert.equal(grow(fresh, old, { ...goal, ...more }), next));
});
