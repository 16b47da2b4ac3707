import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Gate, GateResult } from '../../src/rollout/gate.ts';
import { judge } from '../../src/rollout/gates.ts';
import { type Counters, type GroupObservation, RESPONSE_TIME_BOUNDS } from '../../src/rollout/observation.ts';
import { aRollout, NEW, OLD } from './simulated-world.ts';

interface Counted {
  readonly fresh: Partial<Counters>;
  readonly old?: Partial<Counters>;
}

const NONE: Counters = { requests: 0, errors5xx: 0, connectionErrors: 0 };

const seen = (sluice: string, { fresh, old = {} }: Counted): GroupObservation => ({
  ...{ sluice, at: '', revision: 1 },
  apps: {
    [NEW]: { servers: [], counters: { ...NONE, ...fresh } },
    [OLD]: { servers: [], counters: { ...NONE, ...old } },
  },
});

/** What one gate says of a whole hold. */
const judged = (gate: Gate, each: readonly Counted[]): GateResult => {
  const observed = (of: readonly Counted[]) => ({ seen: of.map((counted, at) => seen(`edge-${at + 1}`, counted)), missing: [] });
  const begun = observed(each.map(() => ({ fresh: {} })));
  const facts = { nowMs: 1, observed: observed(each), hold: { sinceMs: 0, observed: begun } };
  const [result] = judge(aRollout({ gates: [gate] }), facts, { isFinal: true });
  if (result === undefined) throw new Error('nothing is said');
  return result;
};

/** So many requests of so many ms. */
const took = (...times: readonly (readonly [count: number, ms: number])[]): Partial<Counters> => {
  const responseTimes = new Array<number>(RESPONSE_TIME_BOUNDS.length + 1).fill(0);
  for (const [count, ms] of times) responseTimes[RESPONSE_TIME_BOUNDS.findIndex((bound) => ms <= bound)] = count;
  return { requests: times.reduce((sum, [count]) => sum + count, 0), responseTimes };
};

const LIE = 1_000_000_000;

test('a Sluice that lies hides nothing that another one sees', () => {
  const lies: readonly (readonly [Gate, Counted, Counted, RegExp])[] = [
    [
      { kind: 'errors', maxPercent: 1 },
      { fresh: { requests: 600, errors5xx: 600 } },
      { fresh: { requests: LIE } },
      /^Sluice edge-1 alone: 5xx 100 % of 600 requests, at most 1 %$/,
    ],
    [
      { kind: 'connection-errors', maxPercent: 1 },
      { fresh: { requests: 600, connectionErrors: 300 } },
      { fresh: { requests: LIE } },
      /^Sluice edge-1 alone: connection errors 50 % of 600 requests, at most 1 %$/,
    ],
    [
      { kind: 'errors', maxFactor: 2 },
      { fresh: { requests: 600, errors5xx: 60 }, old: { requests: 600, errors5xx: 6 } },
      { fresh: { requests: LIE }, old: { requests: LIE, errors5xx: LIE } },
      /^Sluice edge-1 alone: 5xx 10 % of 600 requests, at most 2 %$/,
    ],
    [
      { kind: 'p95', maxMs: 100 },
      { fresh: took([300, 10], [300, 900]) },
      { fresh: took([LIE, 1]) },
      /^Sluice edge-1 alone: p95 \d{3} ms, at most 100 ms$/,
    ],
    [
      { kind: 'p95', maxFactor: 1.5 },
      { fresh: took([600, 900]), old: took([600, 100]) },
      { fresh: took([LIE, 1]), old: took([LIE, 50_000]) },
      /^Sluice edge-1 alone: p95 \d{3} ms, at most 1[56]\d ms$/,
    ],
  ];
  for (const [gate, honest, lie, because] of lies) {
    assert.equal(judged(gate, [honest]).outcome, 'failed', JSON.stringify(gate));
    const result = judged(gate, [honest, lie]);
    assert.equal(result.outcome, 'failed', JSON.stringify(gate));
    assert.match(result.because, because);
  }
});

test('what chance explains fails nobody alone', () => {
  const passes = (fresh: Partial<Counters>, other: Partial<Counters> = { requests: 10_000 }): boolean =>
    judged({ kind: 'errors', maxPercent: 1 }, [{ fresh }, { fresh: other }]).outcome === 'passed';
  assert.ok(passes({ requests: 19, errors5xx: 19 }), 'too few to say');
  assert.ok(passes({ requests: 20, errors5xx: 3 }));
  assert.ok(!passes({ requests: 20, errors5xx: 5 }));
  assert.ok(passes({ requests: 600, errors5xx: 16 }));
  assert.ok(!passes({ requests: 600, errors5xx: 17 }));
  assert.ok(passes({ requests: 10_000, errors5xx: 130 }, { requests: 100_000 }));
  const times = judged({ kind: 'p95', maxMs: 100 }, [{ fresh: took([560, 10], [40, 900]) }, { fresh: took([10_000, 10]) }]);
  assert.equal(times.outcome, 'passed', '6.7 % of them are slower, and 5 % may be');
});

test('whoever has no old app to compare with alone is not judged by it', () => {
  const gate: Gate = { kind: 'errors', maxFactor: 2 };
  const other = { fresh: { requests: 10_000, errors5xx: 10 }, old: { requests: 100_000, errors5xx: 2000 } };
  assert.equal(judged(gate, [{ fresh: { requests: 100, errors5xx: 90 } }, other]).outcome, 'passed');
});

test('of all gates that pass for everybody none fails for one who is within them', () => {
  const part = fc.record({ requests: fc.nat(100_000), errors: fc.double({ min: 0, max: 0.05, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const each = parts.map(({ requests, errors }) => ({ fresh: { requests, errors5xx: Math.floor(requests * errors) } }));
      assert.equal(judged({ kind: 'errors', maxPercent: 5 }, each).outcome, 'passed');
    }),
  );
});
