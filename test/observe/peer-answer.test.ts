import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPeerAnswer } from '../../src/observe/peer-answer.ts';
import { RESPONSE_TIME_BOUNDS } from '../../src/rollout/observation.ts';

const SERVER = { taskId: 'a', backend: 'b', server: 'c', state: 'ready', up: true, weight: 1, sessions: 2, queued: 0 };
const COUNTERS = { requests: 5, errors5xx: 1, connectionErrors: 0 };

const answer = (servers: readonly unknown[], counters: unknown = COUNTERS): unknown => ({
  ...{ instance: 'i', startedAt: '2026-01-01T00:00:00.000Z' },
  observation: { sluice: 'edge-2', at: '2026-01-01T00:00:01.000Z', revision: 7, apps: { '/shop': { servers, counters } } },
});

const isTaken = (told: unknown): boolean => readPeerAnswer(JSON.stringify(told)) !== undefined;

describe('what another Sluice answers', () => {
  it('is taken as it is told, without what this one does not know', () => {
    const responseTimes = [...RESPONSE_TIME_BOUNDS.map(() => 0), 3];
    const told = answer([SERVER, SERVER], { ...COUNTERS, responseTimes });
    assert.deepEqual(readPeerAnswer(JSON.stringify(told)), told);
    assert.deepEqual(readPeerAnswer(JSON.stringify(answer([{ ...SERVER, newer: true }]))), answer([SERVER]));
  });

  it('is no answer where one server, one counter or the number of response times is wrong', () => {
    assert.ok(isTaken(answer([SERVER])));
    assert.ok(!isTaken(answer([SERVER, { ...SERVER, queued: -1 }])));
    assert.ok(!isTaken(answer([SERVER], { ...COUNTERS, requests: '5' })));
    assert.ok(!isTaken(answer([SERVER], { ...COUNTERS, responseTimes: [1, 2, 3] })));
    assert.ok(!isTaken(answer([SERVER], { ...COUNTERS, responseTimes: [...RESPONSE_TIME_BOUNDS.map(() => 0), -3] })));
  });

  it('is no answer where it has more servers than a group has', () => assert.ok(!isTaken(answer(Array(20_001).fill(SERVER)))));
});
