import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GrowingCounters, type RawCounts } from '../../src/observe/growing-counters.ts';
import { RESPONSE_TIME_BOUNDS } from '../../src/rollout/observation.ts';

const raw = (key: string, answered: number, more: Partial<RawCounts['counts']> = {}, times?: [number, number][]): RawCounts => ({
  key,
  appId: '/a',
  counts: { answered, errors5xx: 0, failed: 0, ...more },
  ...(times === undefined ? {} : { times: new Map(times) }),
});

describe('counters that only grow', () => {
  it('go on where servers and workers go, come, and begin again', () => {
    const counters = new GrowingCounters();
    const requests = (): number => counters.of('/a').requests;
    const looks: readonly (readonly [readonly RawCounts[], number])[] = [
      [[raw('1 b/s', 10)], 10],
      [[raw('1 b/s', 12)], 12],
      [[raw('1 b/s', 13), raw('2 b/s', 4)], 17],
      [[raw('2 b/s', 5)], 18],
      [[raw('2 b/s', 2)], 20],
      [[], 20],
      [[raw('2 b/s', 2)], 22],
    ];
    for (const [all, expected] of looks) {
      counters.take(all);
      assert.equal(requests(), expected);
    }
  });

  it('count tries that failed among the requests', () => {
    const counters = new GrowingCounters();
    counters.take([raw('1 b/s', 7, { errors5xx: 2, failed: 3 })]);
    assert.deepEqual(counters.of('/a'), { requests: 10, errors5xx: 2, connectionErrors: 3 });
  });

  it('put each response time into the first bucket that it fits, and begin again where HAProxy did', () => {
    const counters = new GrowingCounters();
    const last = RESPONSE_TIME_BOUNDS.at(-1) ?? 0;
    counters.take([
      raw('1 b/s', 3, {}, [
        [0, 1],
        [120, 2],
        [last + 1, 1],
      ]),
    ]);
    counters.take([
      raw('1 b/s', 5, {}, [
        [120, 3],
        [0, 1],
      ]),
    ]);
    counters.take([raw('1 b/s', 5, {}, [])]);
    const { responseTimes = [] } = counters.of('/a');
    const bucket = RESPONSE_TIME_BOUNDS.findIndex((bound) => bound >= 120);
    assert.deepEqual([responseTimes[0], responseTimes[bucket], responseTimes.at(-1)], [1, 3, 1]);
    assert.equal(responseTimes.length, RESPONSE_TIME_BOUNDS.length + 1);
  });

  it('know nothing of an app that was never seen', () => {
    assert.deepEqual(new GrowingCounters().of('/b'), { requests: 0, errors5xx: 0, connectionErrors: 0 });
  });
});

describe('bounds of response times', () => {
  it('rise, each by an eighth or a millisecond at most', () => {
    for (const [at, bound] of RESPONSE_TIME_BOUNDS.entries()) {
      const before = RESPONSE_TIME_BOUNDS[at - 1] ?? -1;
      assert.ok(bound > before);
      assert.ok(bound - before <= Math.max(1, (before + 1) / 6), `${before} to ${bound}`);
    }
  });
});
