import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UrgentReloads } from '../../src/reload/urgent-reloads.ts';

const MINUTE = 60_000;

const course = () => {
  const world = { reloads: 0, now: 0 };
  const urgent = new UrgentReloads({ reloads: () => world.reloads, now: () => world.now });
  /** Asked, as it is with each look, and then done. */
  const reloadFor = (...backends: readonly string[]): boolean => {
    const answers = [urgent.areFor(backends), urgent.areFor(backends)];
    assert.equal(answers[0], answers[1], 'the same for as long as it is due');
    world.reloads += 1;
    return answers[0] ?? false;
  };
  return { world, urgent, reloadFor };
};

describe('a reload for a backend that nobody serves is urgent', () => {
  it('a few times in a while, and then no more', () => {
    const { world, reloadFor } = course();
    const answers = Array.from({ length: 5 }, () => {
      world.now += MINUTE;
      return reloadFor('crashing');
    });
    assert.deepEqual(answers, [true, true, true, false, false]);
  });

  it('again when that is long ago', () => {
    const { world, reloadFor } = course();
    for (let count = 0; count < 5; count += 1) reloadFor('crashing');
    world.now += 11 * MINUTE;
    assert.equal(reloadFor('crashing'), true);
  });

  it('without end where there is time between', () => {
    const { world, reloadFor } = course();
    for (let count = 0; count < 50; count += 1) {
      world.now += 4 * MINUTE;
      assert.equal(reloadFor('restarted now and then'), true);
    }
  });

  it('for each of them by itself', () => {
    const { reloadFor } = course();
    for (let count = 0; count < 5; count += 1) reloadFor('crashing');
    assert.equal(reloadFor('crashing', 'another'), true);
    assert.equal(reloadFor('crashing'), false);
  });

  it('for as long as it fails', () => {
    const { urgent } = course();
    for (let count = 0; count < 50; count += 1) assert.equal(urgent.areFor(['shop']), true);
  });

  it('never for none', () => assert.equal(course().urgent.areFor([]), false));
});
