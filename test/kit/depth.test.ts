import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeeperThan } from '../../src/kit/depth.ts';

test('counts arrays and records within each other', () => {
  assert.equal(isDeeperThan(0, 'text'), false);
  assert.equal(isDeeperThan(0, null), false);
  assert.equal(isDeeperThan(0, []), true);
  assert.equal(isDeeperThan(2, { a: [1, 'b', null] }), false);
  assert.equal(isDeeperThan(2, { a: 1, b: [{}] }), true);
});

test('is told of what is deeper than any stack', () => {
  assert.equal(isDeeperThan(50, JSON.parse('['.repeat(300_000) + ']'.repeat(300_000))), true);
});
