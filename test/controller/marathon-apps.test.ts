import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MarathonApps } from '../../src/controller/marathon-apps.ts';
import { toEntry } from '../../src/marathon/payload/entry.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const NOW = '2026-01-02T00:00:00.000Z';

const CHECK = { protocol: 'HTTP', path: '/', portIndex: 0 };
const ALIVE = { alive: true, lastFailure: null };
const FAILED = { alive: false, lastFailure: NOW };
const UNASKED = { alive: false, lastFailure: null };

const told = (checks: number, results: unknown, version = NOW): Readonly<Record<string, unknown>> => ({
  ...{ id: '/shop', instances: 1, version: NOW, healthChecks: Array.from({ length: checks }, () => CHECK) },
  tasks: [{ id: 'a', state: 'TASK_RUNNING', version, startedAt: NOW, healthCheckResults: results }],
});

const appsWith = (app: unknown): MarathonApps => {
  const answer = async () => Promise.resolve({ status: 200, json: { app }, message: '' });
  return new MarathonApps({ get: answer, post: answer, put: answer, delete: answer });
};

test('a task is healthy when each of its checks says so, as everywhere', async () => {
  const cases = [
    [2, [ALIVE, ALIVE], NOW, 'healthy'],
    [2, [ALIVE], NOW, 'unknown'],
    [2, [ALIVE, null], NOW, 'unknown'],
    [2, [ALIVE], OLD, 'healthy'],
    [2, [ALIVE, FAILED], NOW, 'ill'],
    [1, [FAILED], OLD, 'ill'],
    [1, [UNASKED], NOW, 'unknown'],
    [1, [], NOW, 'unknown'],
    [1, null, NOW, 'unknown'],
    [0, [], NOW, 'healthy'],
  ] as const;
  for (const [checks, results, version, expected] of cases) {
    const app = told(checks, results, version);
    const apps = appsWith(app);
    const [task] = (await apps.facts('/shop'))?.tasks ?? [];
    const is = task?.healthy === true ? 'healthy' : task?.isUnknown === true ? 'unknown' : 'ill';
    assert.equal(is, expected, JSON.stringify(app));
    assert.deepEqual((await apps.running('/shop')).get('a'), { since: NOW, isIll: expected === 'ill' });
    const known = toEntry(app).value?.tasks.get('a')?.health;
    assert.equal(known === 'healthy' || (checks === 0 && known === 'unknown'), expected === 'healthy', JSON.stringify(app));
  }
});
