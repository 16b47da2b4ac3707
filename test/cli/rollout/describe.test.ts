import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { historyLines, listLines } from '../../../src/cli/rollout/describe.ts';
import { progressLines } from '../../../src/cli/rollout/progress.ts';
import { aGroup, aRollout } from './views.ts';

const NOW = '2026-11-22T22:02:00.000Z';

describe('rollouts as lines', () => {
  it('lists each group with its shares, its colours, and how far its rollout is', () => {
    const views = [
      aGroup(aRollout()),
      aGroup(aRollout({ phase: 'ended', outcome: 'aborted', because: '5xx 4.9 %' }), { group: '/bank' }),
      aGroup(aRollout({ phase: 'keeping', outcome: 'done' }), { group: '/kept' }),
      aGroup(aRollout({ phase: 'aborting', draining: {}, outcome: 'aborted', because: '5xx 4.9 %' }), { group: '/back' }),
      aGroup(aRollout({ paused: { by: 'bob@edge-2', at: NOW } }), { group: '/paused' }),
      aGroup(null, { group: '/zoo' }),
    ];
    assert.deepEqual(listLines(views, Date.parse(NOW)), [
      '/shop    blue 95 %, green 5 %  blue -> green  step 1 of 4, holding (60 s, begun by ada@edge-1)',
      '/bank    blue 95 %, green 5 %  blue -> green  aborted: 5xx 4.9 % (60 s, begun by ada@edge-1)',
      '/kept    blue 95 %, green 5 %  blue -> green  done, keeping (60 s, begun by ada@edge-1)',
      '/back    blue 95 %, green 5 %  blue -> green  going back: 5xx 4.9 % (60 s, begun by ada@edge-1)',
      '/paused  blue 95 %, green 5 %  blue -> green  step 1 of 4, holding, PAUSED by bob@edge-2 (60 s, begun by ada@edge-1)',
      '/zoo     blue 95 %, green 5 %  no rollout',
    ]);
    assert.equal(listLines([], 0).length, 1);
  });

  it('tells the history with date and who', () => {
    assert.deepEqual(historyLines(aRollout().history), [
      '2026-11-22 22:00:00  ada@edge-1  begun',
      '2026-11-22 22:01:00  controller  share of green 5 %',
    ]);
  });
});

describe('what is new in a rollout', () => {
  it('is all of its history the first time, and then only what has come', () => {
    const first = aRollout();
    assert.deepEqual(progressLines(undefined, first, NOW), ['22:00:00 ada@edge-1: begun', '22:01:00 controller: share of green 5 %']);
    assert.deepEqual(progressLines(first, first, NOW), []);
    const entry = { at: NOW, by: 'controller', what: 'share of green 25 %' };
    const next = aRollout({}, { history: [...first.history.slice(1), entry] });
    assert.deepEqual(progressLines(first, next, NOW), ['22:02:00 controller: share of green 25 %']);
  });

  it('is what it waits for, once', () => {
    const waiting = aRollout({ waitingFor: '1 of 3 instances of green to be healthy' });
    assert.deepEqual(progressLines(aRollout(), waiting, NOW), ['22:02:00 waits for 1 of 3 instances of green to be healthy']);
    assert.deepEqual(progressLines(waiting, waiting, NOW), []);
  });

  it('is a gate that says something else, not one whose numbers move', () => {
    const gate = { kind: 'errors', maxPercent: 1 } as const;
    const at = (outcome: 'waiting' | 'passed' | 'failed', because: string) => aRollout({ gates: [{ gate, outcome, because }] });
    const waiting = at('waiting', '12 requests');
    assert.deepEqual(progressLines(aRollout(), waiting, NOW), ['22:02:00 gate errors<1% waiting: 12 requests']);
    assert.deepEqual(progressLines(waiting, at('waiting', '13 requests'), NOW), []);
    assert.deepEqual(progressLines(waiting, at('failed', '5xx 4.9 %'), NOW), ['22:02:00 gate errors<1% failed: 5xx 4.9 %']);
  });
});
