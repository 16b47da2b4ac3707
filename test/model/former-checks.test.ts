import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HealthCheck } from '../../src/model/app.ts';
import { commit, emptyModel } from '../../src/model/commit.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { reduce } from '../../src/model/reduce.ts';
import { aCheck, anEntry, aTask } from '../kit/builders.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const NEW = '2026-01-02T00:00:00.000Z';
const NEWEST = '2026-01-03T00:00:00.000Z';

const entry = (
  lastConfigChangeAt: string,
  checks: readonly HealthCheck[],
  ...tasks: readonly (readonly [version: string, state?: string])[]
): AppEntry =>
  anEntry(
    { version: lastConfigChangeAt, lastConfigChangeAt, healthChecks: checks },
    tasks.map(([version, state = 'TASK_RUNNING'], at) => aTask({ id: `shop.${at}`, version, state })),
  );

/** The checks of former definitions that are known after these reads of the app, by their paths. */
const known = (...reads: readonly AppEntry[]): readonly (readonly (string | undefined)[])[] => {
  const model = emptyModel();
  for (const read of reads) commit(model, reduce(model, { kind: 'app', entry: read }));
  return (model.apps.get('/shop')?.formerChecks ?? []).map((checks) => checks.map(({ path }) => path));
};

const A = [aCheck({ path: '/a' })];
const B = [aCheck({ path: '/b' })];
const C = [aCheck({ path: '/c' })];

describe('checks of former definitions', () => {
  const rows: readonly (readonly [what: string, reads: readonly AppEntry[], expected: readonly (readonly string[])[]])[] = [
    ['are kept while a task of them runs', [entry(OLD, A, [OLD]), entry(NEW, B, [OLD], [NEW])], [['/a']]],
    ['are none where the checks are as before', [entry(OLD, A, [OLD]), entry(NEW, A, [OLD])], []],
    ['go with their last task', [entry(OLD, A, [OLD]), entry(NEW, B, [OLD], [NEW]), entry(NEW, B, [NEW])], []],
    ['are not those of a task that has ended', [entry(OLD, A, [OLD]), entry(NEW, B, [OLD, 'TASK_KILLED'], [NEW])], []],
    ['stay while the app is read again', [entry(OLD, A, [OLD]), entry(NEW, B, [OLD]), entry(NEW, B, [OLD])], [['/a']]],
    ['may be of several', [entry(OLD, A, [OLD]), entry(NEW, B, [OLD], [NEW]), entry(NEWEST, C, [OLD], [NEW])], [['/a'], ['/b']]],
    ['are not those that it has again', [entry(OLD, A, [OLD]), entry(NEW, B, [OLD], [NEW]), entry(NEWEST, A, [OLD], [NEW])], [['/b']]],
    ['may be none at all', [entry(OLD, [], [OLD]), entry(NEW, B, [OLD])], [[]]],
    ['are not known of a task whose version is not', [entry(OLD, A, ['']), entry(NEW, B, [''])], []],
    ['are not those of tasks that were scaled since', [entry(OLD, A, [OLD]), entry(OLD, A, [OLD], [NEW])], []],
  ];
  for (const [what, reads, expected] of rows) it(what, () => assert.deepEqual(known(...reads), expected));
});
