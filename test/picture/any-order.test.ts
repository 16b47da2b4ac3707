import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { BuildOptions } from '../../src/desired/options.ts';
import { equal } from '../../src/kit/equal.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { Picture } from '../../src/picture/picture.ts';
import { modelEvent } from '../kit/arbitraries.ts';
import { someGlobals, someOptions } from '../kit/builders.ts';

const RANGE = { min: 10050, max: 10053 };

/** Apps that replace each other, or are given ports, depend on others: what is built anew must be just what those others change. */
it('the picture after any events is as one that is made of the apps that are left, in any order', () => {
  const property = fc.property(
    fc.array(modelEvent, { maxLength: 30, size: 'max' }),
    fc.constantFrom('fixed', 'strict'),
    fc.infiniteStream(fc.nat({ max: 100 })),
    (events, compat, dice) => {
      const options: BuildOptions = someOptions({ compat, autoPorts: RANGE });
      const kept = new Picture(options, someGlobals());
      for (const event of events) kept.take(event);
      const entries = [...kept.model.apps.values()]
        .map((one): readonly [number, AppEntry] => [Number(dice.next().value), one])
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one);
      const rebuilt = new Picture(options, someGlobals());
      for (const [host, address] of kept.model.hosts) rebuilt.take({ kind: 'host-address', host, address });
      rebuilt.take({ kind: 'snapshot', entries, keep: new Set() });
      assert.ok(equal(kept.desired, rebuilt.desired));
      assert.deepEqual(kept.problems(), rebuilt.problems());
      for (const { app } of entries) assert.deepEqual(kept.fates(app.id), rebuilt.fates(app.id));
    },
  );
  fc.assert(property, { numRuns: 300 });
});
