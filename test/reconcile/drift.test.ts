import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import type { Observed, Scope, Touched } from '../../src/plan/observed.ts';
import type { RuntimeStep } from '../../src/plan/plan.ts';
import { DriftWatch } from '../../src/reconcile/drift.ts';

const seen = (pid: number, scope: Scope = 'all'): Observed => ({ fingerprint: 'f', pid, scope, backends: new Map(), maps: new Map() });
const touched = (backends: readonly string[], keys: readonly string[] = []): Touched => ({
  backends: new Set(backends),
  mapKeys: new Map([['routes', new Set(keys)]]),
});
const NOTHING = touched([]);

const STEPS: readonly RuntimeStep[] = [
  { kind: 'set-weight', backend: 'shop', server: 's1', weight: 1 },
  { kind: 'set-state', backend: 'news', server: 's1', state: 'ready' },
  { kind: 'set-map-entry', map: 'routes', key: 'shop.example/', value: 'shop' },
];

const watch = (): { drift: DriftWatch; reload: () => void } => {
  let attempts = 0;
  return { drift: new DriftWatch({ log: pino({ level: 'silent' }), attempts: () => attempts }), reload: () => (attempts += 1) };
};

describe('steps after a look at all of a worker', () => {
  it('are repairs where the worker was as desired and nothing of ours explains them', () => {
    const { drift } = watch();
    drift.settled(seen(1));
    drift.noteRepairs(seen(1), STEPS, [NOTHING]);
    assert.deepEqual(drift.counts, { repairedServers: 2, repairedEntries: 1, foreignWorkers: 0 });
    drift.noteRepairs(seen(1), STEPS, [touched(['shop']), touched(['other'], ['shop.example/'])]);
    assert.deepEqual(drift.counts, { repairedServers: 3, repairedEntries: 1, foreignWorkers: 0 });
  });

  const NONE: readonly (readonly [what: string, settled: Observed | undefined, looked: Observed])[] = [
    ['the worker was never looked at before', undefined, seen(1)],
    ['it is another worker', seen(1), seen(2)],
    ['only a part was looked at', seen(1), seen(1, touched(['shop']))],
    ['only a part was as desired', seen(1, touched(['shop'])), seen(1)],
  ];
  for (const [what, settled, looked] of NONE)
    it(`are none where ${what}`, () => {
      const { drift } = watch();
      if (settled !== undefined) drift.settled(settled);
      drift.noteRepairs(looked, STEPS, [NOTHING]);
      assert.deepEqual(drift.counts, { repairedServers: 0, repairedEntries: 0, foreignWorkers: 0 });
    });
});

describe('another worker', () => {
  it("is somebody else's where we have not reloaded, and is told once", () => {
    const { drift } = watch();
    assert.equal(drift.isForeign(seen(1)), false);
    drift.settled(seen(1));
    assert.equal(drift.isForeign(seen(1)), false);
    assert.equal(drift.isForeign(seen(2, NOTHING)), true);
    assert.equal(drift.isForeign(seen(2)), false);
    assert.equal(drift.counts.foreignWorkers, 1);
  });

  it('is ours after a reload of ours, be it one that failed', () => {
    const { drift, reload } = watch();
    drift.settled(seen(1));
    reload();
    assert.equal(drift.isForeign(seen(2)), false);
    drift.settled(seen(2));
    assert.equal(drift.isForeign(seen(3)), true);
  });
});
