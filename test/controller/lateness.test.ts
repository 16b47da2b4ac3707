import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lateness } from '../../src/controller/lateness.ts';

test('late is what waits the longest, from when it is first to be looked at, and nothing that is not to be looked at any more', () => {
  let nowMs = 1000;
  const lateness = new Lateness(() => nowMs);
  assert.equal(lateness.ms, 0);
  lateness.expect(['/a']);
  nowMs += 5;
  lateness.expect(['/a', '/b']);
  assert.equal(lateness.ms, 5);
  lateness.looked('/a');
  nowMs += 2;
  assert.equal(lateness.ms, 2);
  lateness.looked('/b');
  assert.equal(lateness.ms, 2);
  nowMs += 2;
  lateness.expect(['/b']);
  assert.equal(lateness.ms, 2);
  lateness.expect([]);
  assert.equal(lateness.ms, 0);
});
