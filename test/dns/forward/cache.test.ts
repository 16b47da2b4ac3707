import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AnswerCache } from '../../../src/dns/forward/cache.ts';
import { type Kept, noAnswer } from '../../../src/dns/forward/kept.ts';
import { knownName } from '../../../src/dns/name.ts';

const NAME = knownName('www.example.com');
const LIMITS = { entries: 4, bytes: 1_000_000, staleMs: 1_000 };

const answerOf = (lifetimeSeconds: number, rcode = 0): Kept => ({ ...noAnswer(NAME, rcode, 0), lifetimeSeconds });

type Step =
  | { readonly kind: 'put'; readonly key: string; readonly lifetimeSeconds: number; readonly rcode: number }
  | { readonly kind: 'look'; readonly key: string }
  | { readonly kind: 'postpone'; readonly key: string; readonly ms: number }
  | { readonly kind: 'pass'; readonly ms: number };

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key, lifetimeSeconds: fc.integer({ min: 0, max: 3 }), rcode: fc.constantFrom(0, 2, 3) }),
  fc.record({ kind: fc.constant('look' as const), key }),
  fc.record({ kind: fc.constant('postpone' as const), key, ms: fc.integer({ min: 0, max: 500 }) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 900 }) }),
);

interface Row {
  readonly key: string;
  readonly kept: Kept;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly recheckMs: number;
  isUsed: boolean;
}

/** The first that was not asked for since it was last spared; those before it go behind. */
const withoutOne = (rows: readonly Row[]): readonly Row[] => {
  const [first, ...rest] = rows;
  return first?.isUsed === true ? withoutOne([...rest, { ...first, isUsed: false }]) : rest;
};

/** The same in as few words as possible: a list, oldest first. */
class Model {
  rows: readonly Row[] = [];
  nowMs = 0;

  do(one: Step): string {
    const row = this.rows.find((other) => 'key' in one && other.key === one.key);
    const rest = this.rows.filter((other) => other !== row);
    switch (one.kind) {
      case 'pass':
        this.nowMs += one.ms;
        return '';
      case 'put': {
        if (one.lifetimeSeconds === 0) return '';
        const kept = answerOf(one.lifetimeSeconds, one.rcode);
        const untilMs = this.nowMs + one.lifetimeSeconds * 1_000;
        const rows = [...rest, { key: one.key, kept, sinceMs: this.nowMs, untilMs, recheckMs: 0, isUsed: false }];
        this.rows = rows.length > LIMITS.entries ? withoutOne(rows) : rows;
        return '';
      }
      case 'postpone':
        if (row !== undefined) this.rows = [...rest, { ...row, recheckMs: one.ms, isUsed: false }];
        return '';
      case 'look': {
        const staleMs = row?.kept.rcode === 2 ? 0 : LIMITS.staleMs;
        if (row === undefined || this.nowMs >= row.untilMs + staleMs) {
          this.rows = rest;
          return 'none';
        }
        row.isUsed = true;
        return `${this.nowMs < row.untilMs ? 'fresh' : 'stale'} ${row.sinceMs} ${row.recheckMs}`;
      }
    }
  }
}

const done = (cache: AnswerCache, one: Step, nowMs: number): string => {
  switch (one.kind) {
    case 'pass':
      return '';
    case 'put':
      cache.put(one.key, answerOf(one.lifetimeSeconds, one.rcode), nowMs);
      return '';
    case 'postpone':
      cache.postpone(one.key, one.ms);
      return '';
    case 'look': {
      const found = cache.look(one.key, nowMs);
      return found.kind === 'none' ? 'none' : `${found.kind} ${found.entry.sinceMs} ${found.entry.recheckMs}`;
    }
  }
};

describe('kept answers', () => {
  it('are those of a plain list, whatever is done in whatever order', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [model, cache] = [new Model(), new AnswerCache(LIMITS)];
        for (const one of steps) {
          assert.equal(done(cache, one, model.nowMs), model.do(one));
          assert.equal(cache.size, model.rows.length);
        }
      }),
      { numRuns: 500 },
    ));

  it('take no more bytes than they may, and none when all are gone', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.integer({ min: 0, max: 3_000 })), { minLength: 1, maxLength: 60 }), (puts) => {
        const cache = new AnswerCache({ ...LIMITS, entries: 1_000, bytes: 8_000 });
        for (const [one, length] of puts) {
          cache.put(one, { ...answerOf(1), bytes: Buffer.alloc(length) }, 0);
          assert.ok(cache.bytes <= 8_000 && cache.bytes >= cache.size * 400, `${cache.bytes} bytes`);
        }
        for (const [one] of puts) cache.look(one, 1e9);
        assert.deepEqual([cache.size, cache.bytes], [0, 0]);
      }),
    ));

  it('are none where one alone is larger than all may be', () => {
    const cache = new AnswerCache({ ...LIMITS, bytes: 1_000 });
    cache.put('a', { ...answerOf(1), bytes: Buffer.alloc(2_000) }, 0);
    assert.deepEqual([cache.size, cache.bytes], [0, 0]);
  });
});
