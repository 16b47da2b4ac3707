import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBody } from '../../src/api/rollout-body.ts';
import type { Views } from '../../src/report/views.ts';
import { askApi } from '../kit/ask-api.ts';
import { openApiFor } from '../kit/open-api.ts';

const isTaken = (gate: object): boolean => startBody.safeParse({ definition: {}, options: { gates: [gate] } }).success;

test('a gate that could never fail is not taken', () => {
  for (const kind of ['errors', 'connection-errors', 'p95']) {
    assert.equal(isTaken({ kind }), false, kind);
    assert.equal(isTaken({ kind, maxFactor: 2 }), true, kind);
  }
  assert.equal(isTaken({ kind: 'errors', maxPercent: 0 }), true);
  assert.equal(isTaken({ kind: 'connection-errors', maxPercent: 1 }), true);
  assert.equal(isTaken({ kind: 'p95', maxMs: 500 }), true);
  assert.equal(isTaken({ kind: 'p95', maxPercent: 1 }), false);
});

test('a gate has the same limits as one that is written', () => {
  assert.equal(isTaken({ kind: 'requests', min: 999_999_999 }), true);
  assert.equal(isTaken({ kind: 'requests', min: 1_000_000_000 }), false);
  assert.equal(isTaken({ kind: 'command', command: ['smoke-test'], timeoutSeconds: 60 }), true);
  assert.equal(isTaken({ kind: 'command', command: ['../smoke'], timeoutSeconds: 60 }), false);
});

const MUCH = 300_000;

const LISTS: readonly (readonly [at: string, optionsOf: (list: readonly unknown[]) => object, good: unknown, most: number])[] = [
  ['options.steps', (steps) => ({ steps }), 5, 50],
  ['options.gates', (gates) => ({ gates }), { kind: 'healthy', minPercent: 100 }, 20],
  ['options.preview.networks', (networks) => ({ preview: { hosts: true, networks } }), '10.0.0.0/8', 200],
];

for (const [at, optionsOf, good, most] of LISTS)
  test(`a list that is too long is one fault, whatever is in it: ${at}`, () => {
    const read = (list: readonly unknown[]) => startBody.safeParse({ definition: { id: '/shop' }, options: optionsOf(list) });
    assert.equal(read(Array.from({ length: most }, () => good)).success, true);
    const { error } = read(Array.from({ length: MUCH }, () => 'x'));
    assert.deepEqual(
      error?.issues.map(({ path }) => path.join('.')),
      [at],
    );
  });

test('of many faults the first ones are told', async (t) => {
  const { folder } = await openApiFor(t, { views: () => ({}) as Views });
  const content = JSON.stringify({ definition: {}, options: { steps: Array.from({ length: 50 }, () => 'x') } });
  const headers = { 'content-type': 'application/json' };
  const { status, body } = await askApi(folder, '/v2/rollouts', { method: 'POST', headers, content });
  assert.equal(status, 400);
  assert.match((body as { error: string }).error, /^options\.steps\.0: [^;]+;.*options\.steps\.4: [^;]+; and 45 more$/);
});
