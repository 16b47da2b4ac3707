import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decidedLines } from '../../src/cli/decided-lines.ts';
import { someOverride, someShares } from '../kit/kept-books.ts';
import { aGroup, aRollout } from './rollout/views.ts';

test('what is decided about apps and tasks that are gone is told as such', () => {
  const blue = { appId: '/shop-blue', colour: 'blue', instances: 1, running: 1, healthy: 1, share: 0 };
  const shares = someShares({ shares: { '/shop-blue': 0, '/shop-green': 100, '/shop-red': 0 } });
  const lines = decidedLines({
    ...{ revision: 1, store: 'nowhere' },
    groups: [{ group: '/shop', apps: [blue], shares, rollout: null, problems: [] }],
    overrides: [someOverride('a'), { ...someOverride('b'), isGone: true }],
  });
  assert.match(lines[1] ?? '', /blue 0 %, \/shop-green 100 % \(not in the group\), by request/);
  assert.match(lines[2] ?? '', /task-a +drain +ada/);
  assert.match(lines[3] ?? '', /task-b +drain \(gone: it does nothing\)/);
});

test('of a rollout it is told how far it is, and that it is paused', () => {
  const lineOf = (...stands: Parameters<typeof aRollout>): string =>
    decidedLines({ ...{ revision: 1, store: 'nowhere', overrides: [] }, groups: [aGroup(aRollout(...stands))] })[1] ?? '';
  assert.match(lineOf(), /rollout +\/shop +to \/shop-green, step 1 of 4, holding {2}/);
  assert.match(lineOf({ paused: { by: 'bob@edge-2', at: '' } }), /step 1 of 4, holding, PAUSED by bob@edge-2 {2}/);
});
