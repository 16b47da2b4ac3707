import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Feed } from '../../src/dns/feed.ts';
import { aNamedTask, answersOf, aZone } from '../kit/zones.ts';

const put = (...ids: readonly string[]) => ({
  kind: 'change' as const,
  change: { put: ids.map((id) => aNamedTask({ id, name: id })) },
});

describe('a feed', () => {
  it('is not ready before everything was told once, whatever it is told of freshness', () => {
    const feed = new Feed(aZone(), 5);
    assert.deepEqual(feed.freshness, { state: 'not-ready', sinceMs: 5 });
    feed.take({ kind: 'whole-begin' });
    feed.take({ kind: 'freshness', freshness: { state: 'fresh', sinceMs: 7 } });
    feed.take(put('a'));
    assert.equal(feed.freshness.state, 'not-ready');
    feed.take({ kind: 'whole-end' });
    assert.deepEqual(feed.freshness, { state: 'fresh', sinceMs: 7 });
    feed.take({ kind: 'freshness', freshness: { state: 'stale', sinceMs: 7 } });
    assert.deepEqual(feed.freshness, { state: 'stale', sinceMs: 7 });
  });

  it('keeps what it had while everything is told anew, and then forgets what was not named', () => {
    const zone = aZone();
    const feed = new Feed(zone, 0);
    for (const message of [{ kind: 'whole-begin' as const }, put('a', 'b', 'c'), { kind: 'whole-end' as const }]) feed.take(message);
    feed.take({ kind: 'whole-begin' });
    feed.take(put('b', 'c'));
    feed.take({ kind: 'change', change: { drop: ['marathon\nc'] } });
    assert.equal(feed.freshness.state, 'not-ready');
    assert.deepEqual(answersOf(zone, 'a.marathon.mesos'), ['A 10.1.0.5']);
    feed.take({ kind: 'whole-end' });
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => answersOf(zone, `${name}.marathon.mesos`) !== undefined),
      [false, true, false],
    );
  });
});
