import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBody } from '../../src/api/rollout-body.ts';

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
