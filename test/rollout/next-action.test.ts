import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { say } from '../../src/rollout/edits/say.ts';
import { nextAction } from '../../src/rollout/next-action.ts';
import { aRollout, chances, GROUP, type Nature, NEW, OLD, SimulatedWorld, untilEnded } from './simulated-world.ts';

const QUIET: Nature = { chance: () => 0.5, healthyAfter: 2 };

const told = (world: SimulatedWorld): string =>
  JSON.stringify({ state: world.rollout.state, history: world.rollout.history.map(({ what }) => what) });

const assertDone = (world: SimulatedWorld): void => {
  assert.equal(world.rollout.state.outcome, 'done', told(world));
  assert.deepEqual([...world.apps.keys()], [NEW]);
  assert.deepEqual(world.book.shares.get(GROUP)?.shares, { [NEW]: 100 });
};

const assertBack = (world: SimulatedWorld, outcome: string): void => {
  assert.equal(world.rollout.state.outcome, outcome, told(world));
  assert.deepEqual([...world.apps.keys()], [OLD]);
  assert.deepEqual(world.book.shares.get(GROUP)?.shares, { [OLD]: 100 });
  assert.deepEqual(world.book.shares.get(GROUP)?.closed, []);
};

test('names the groups with a rollout that somebody may have meant', () => {
  const { book, nowMs } = new SimulatedWorld(aRollout(), QUIET);
  const refused = say(`${GROUP}p`, 'abort', { by: 'ada', at: new Date(nowMs).toISOString() })(book);
  assert.deepEqual(refused, { refused: 'NO_SUCH_GROUP', because: `there is no rollout of ${GROUP}p; is it ${GROUP}?` });
});

test('goes from step to step, and ends the old app', () => {
  const world = new SimulatedWorld(aRollout(), QUIET);
  untilEnded(world);
  assertDone(world);
  assert.deepEqual(world.wrongs, []);
  assert.deepEqual(world.shares, [10, 50, 100]);
  const history = world.rollout.history.map(({ what }) => what);
  for (const what of [
    '/shop-green made with 3 instances',
    'share of /shop-green 10 %',
    'share of /shop-green 50 %',
    '/shop-blue is deleted',
  ])
    assert.ok(history.includes(what), `${what} is not in ${JSON.stringify(history, undefined, 1)}`);
});

test('with matched surge both follow their shares', () => {
  const world = new SimulatedWorld(aRollout({ surge: 'matched', instances: 10 }, { oldInstances: 10 }), QUIET, 10);
  const sizes = new Set<string>();
  for (let tick = 0; tick < 600 && world.rollout.state.phase !== 'ended'; tick++) {
    world.step();
    if (world.rollout.state.phase === 'holding') sizes.add(`${world.apps.get(OLD)?.instances ?? 0}/${world.apps.get(NEW)?.instances ?? 0}`);
  }
  assertDone(world);
  assert.deepEqual(world.wrongs, []);
  assert.deepEqual([...sizes], ['10/1', '9/5', '5/10']);
});

test('the first of its group has nobody to replace', () => {
  const { id, group, to, definitions, options, started, state, history } = aRollout({ steps: [100] });
  const world = new SimulatedWorld({ id, group, to, definitions, options, started, state, history }, QUIET);
  untilEnded(world);
  assertDone(world);
});

test('a gate that fails leads back', () => {
  const world = new SimulatedWorld(aRollout(), { ...QUIET, errors: 0.05 });
  untilEnded(world);
  assertBack(world, 'aborted');
  assert.deepEqual(world.shares, [10, 0, undefined].slice(0, 2));
  assert.match(world.rollout.state.because ?? '', /gate failed: 5xx 5 % of \d+ requests, old 0 % of \d+, at most 1 %/);
});

test('at the end of a hold a few requests must do: what failed among them leads back', () => {
  const rollout = aRollout();
  const { step, since, atRevision } = rollout.state;
  const world = new SimulatedWorld({ ...rollout, state: { phase: 'holding', step, since, atRevision, gates: [] } }, QUIET);
  const before = world.facts();
  const tasks = ['a', 'b', 'c'].map((id) => ({ id, state: 'TASK_RUNNING', healthy: true }));
  const servers = tasks.map(({ id }) => ({
    ...{ taskId: id, backend: 'shop', server: id, state: 'ready' as const, up: true, weight: 1, sessions: 0, queued: 0 },
  }));
  const counted = (requests: number, errors5xx: number) => ({
    ...before.observed,
    seen: before.observed.seen.map((one) => ({
      ...one,
      apps: { ...one.apps, [NEW]: { servers, counters: { requests, errors5xx, connectionErrors: 0 } } },
    })),
  });
  const judged = (seconds: number) =>
    nextAction(world.rollout, {
      ...{ nowMs: world.nowMs, observed: counted(5, 2), to: { instances: 3, isDeploying: false, isChecked: true, group: GROUP, tasks } },
      hold: { sinceMs: world.nowMs - 1000 * seconds, observed: counted(0, 0) },
    });
  assert.equal(judged(1).kind, 'wait');
  const action = judged(100);
  assert.match(action.kind === 'note' ? (action.enter?.because ?? '') : action.kind, /^gate failed: 5xx 40 % of \d+ requests/);
});

test('a new app that never gets healthy is given up in time', () => {
  const world = new SimulatedWorld(aRollout(), { ...QUIET, healthyAfter: Infinity });
  untilEnded(world);
  assertBack(world, 'timed-out');
  assert.deepEqual(world.shares, [], 'it never had a share');
});

test('a new app that Marathon does not take is given up at once', () => {
  const rollout = aRollout();
  const world = new SimulatedWorld(rollout, QUIET);
  const action = nextAction(rollout, { ...world.facts(), refused: 'Marathon: mem must be positive' });
  assert.equal(action.kind === 'note' && action.enter?.because, 'Marathon: mem must be positive');
});

test('a new app that goes down with half of the share leads back at once', () => {
  const world = new SimulatedWorld(aRollout(), { ...QUIET, crashAt: 15 });
  untilEnded(world);
  assertBack(world, 'aborted');
  assert.match(world.rollout.state.because ?? '', /^0 of the \d instances of \/shop-green that its share needs work$/);
});

test('a Marathon that does not know yet who is healthy stops nothing', () => {
  for (let from = 1; from < 60; from += 1) {
    const world = new SimulatedWorld(aRollout(), { ...QUIET, forgetful: { from, to: from + 4 } });
    untilEnded(world);
    assertDone(world);
    assert.deepEqual(world.wrongs, []);
  }
});

test('who crashes while Marathon does not know who is healthy is found by HAProxy', () => {
  const world = new SimulatedWorld(aRollout(), { ...QUIET, crashAt: 15, forgetful: { from: 12, to: 60 } });
  untilEnded(world, 55);
  assert.match(world.rollout.state.because ?? '', /^0 of the \d instances of \/shop-green that its share needs work$/);
});

test('a paused rollout rests, and still goes back where it must', () => {
  const world = new SimulatedWorld(aRollout(), QUIET);
  while (world.rollout.state.phase !== 'holding') world.step();
  world.edit(say(GROUP, 'pause', { by: 'ada', at: new Date(world.nowMs).toISOString() }));
  untilEnded(world, 100);
  assert.equal(world.rollout.state.phase, 'holding');
  world.edit(say(GROUP, 'resume', { by: 'ada', at: new Date(world.nowMs).toISOString() }));
  untilEnded(world);
  assertDone(world);

  const crashing = new SimulatedWorld(aRollout(), { ...QUIET, crashAt: 20 });
  while (crashing.rollout.state.phase !== 'holding') crashing.step();
  crashing.edit(say(GROUP, 'pause', { by: 'ada', at: new Date(crashing.nowMs).toISOString() }));
  untilEnded(crashing);
  assertBack(crashing, 'aborted');
});

test('what was shifted by hand in a pause is shifted back when it is resumed, in each phase', () => {
  const by = (world: SimulatedWorld) => ({ by: 'ada', at: new Date(world.nowMs).toISOString() });
  for (const [phase, step, share] of [
    ['preparing', 1, 10],
    ['holding', 0, 10],
    ['holding', 1, 50],
    ['keeping', 2, 100],
  ] as const) {
    const world = new SimulatedWorld(aRollout({ holdSeconds: 10, keepSeconds: 1000, surge: 'matched' }), QUIET);
    const isThere = (): boolean => world.rollout.state.phase === phase && world.rollout.state.step === step;
    for (let steps = 0; steps < 500 && !isThere(); steps += 1) world.step();
    assert.ok(isThere(), `${phase} ${step} never came: ${JSON.stringify(world.rollout.state)}`);
    world.edit(say(GROUP, 'pause', by(world)));
    const mine = { ...by(world), shares: { [OLD]: 80, [NEW]: 20 }, closed: [], splitBy: 'request' as const };
    world.edit((book) => ({ book: { ...book, shares: new Map([[GROUP, mine]]) }, value: true }));
    world.edit(say(GROUP, 'resume', by(world)));
    assert.equal(world.book.shares.get(GROUP)?.shares[NEW], share, `${phase} ${step}`);
    assert.equal(world.rollout.state.paused, undefined);
  }
});

test('promote ends a hold, abort goes back, undo brings a deleted app back', () => {
  const by = (world: SimulatedWorld) => ({ by: 'ada', at: new Date(world.nowMs).toISOString() });
  const world = new SimulatedWorld(aRollout({ holdSeconds: 10_000 }), QUIET);
  for (const share of [10, 50, 100]) {
    while (world.rollout.state.phase !== 'holding') world.step();
    assert.equal(world.book.shares.get(GROUP)?.shares[NEW], share);
    world.edit(say(GROUP, 'promote', by(world)));
    world.step();
  }
  untilEnded(world);
  assert.equal(world.rollout.options.holdSeconds, 10_000, 'what was asked for stays');
  assertDone(world);
  world.edit(say(GROUP, 'undo', by(world)));
  untilEnded(world);
  assertBack(world, 'undone');
  assert.equal(world.apps.get(OLD)?.tasks.size, 3);
  assert.deepEqual(world.wrongs, []);

  const other = new SimulatedWorld(aRollout(), QUIET);
  while (other.rollout.state.phase !== 'holding') other.step();
  other.edit(say(GROUP, 'abort', { ...by(other), reason: 'looks odd' }));
  assert.equal(other.book.shares.get(GROUP)?.shares[OLD], 100, 'with the same write');
  untilEnded(other);
  assertBack(other, 'aborted');
});

test('promote closes what is drained now: the next drain is waited for again', () => {
  const rollout = aRollout({ surge: 'matched', instances: 10, drainSeconds: 5, atDrainLimit: 'wait' }, { oldInstances: 10 });
  const world = new SimulatedWorld(rollout, { ...QUIET, sessionSeconds: Infinity }, 10);
  const promoted: string[] = [];
  for (let rounds = 0; rounds < 20; rounds += 1) {
    untilEnded(world, 60);
    const { phase, step } = world.rollout.state;
    if (phase === 'ended') break;
    promoted.push(`${phase} ${step}`);
    world.edit(say(GROUP, 'promote', { by: 'ada', at: new Date(world.nowMs).toISOString() }));
  }
  assert.deepEqual(promoted, ['shrinking 0', 'shrinking 1', 'ending 2']);
  assertDone(world);
  assert.deepEqual(world.rollout.options, rollout.options);
  assert.deepEqual(world.wrongs, []);
});

test('undo while the old app is kept gives it all back, and the new one goes', () => {
  const world = new SimulatedWorld(aRollout({ keepSeconds: 1000 }), QUIET);
  while (world.rollout.state.phase !== 'keeping') world.step();
  assert.equal(world.apps.get(OLD)?.tasks.size, 3);
  world.edit(say(GROUP, 'undo', { by: 'ada', at: new Date(world.nowMs).toISOString() }));
  untilEnded(world);
  assertBack(world, 'undone');
});

test('nobody is ended while the app that is to serve does not', () => {
  const world = new SimulatedWorld(aRollout({ keepSeconds: 5 }), { ...QUIET, crashAt: 45 });
  while (world.rollout.state.phase !== 'keeping') world.step();
  untilEnded(world, 200);
  assert.equal(world.apps.get(OLD)?.tasks.size, 3, told(world));
});

test('a reload, after which HAProxy has to be given the new servers again, is no crash', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const world = new SimulatedWorld(aRollout(), { chance: chances(seed), healthyAfter: 2, reloaded: 0.3 });
    untilEnded(world);
    assertDone(world);
    assert.deepEqual(world.wrongs, []);
  }
});

const natures = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  healthyAfter: fc.constantFrom(0, 2, 6),
  errors: fc.constantFrom(0, 0, 0.2),
  crashAt: fc.constantFrom(Infinity, Infinity, 12, 25, 40),
  sluices: fc.integer({ min: 1, max: 3 }),
  missing: fc.constantFrom(0, 0.1, 0.3),
  reloaded: fc.constantFrom(0, 0.2),
  killed: fc.constantFrom(0, 0.1, 0.4),
  sessionSeconds: fc.constantFrom(1, 5, 60),
  atDrainLimit: fc.constantFrom('wait' as const, 'close' as const),
  forgetful: fc.constantFrom({ from: 0, to: 0 }, { from: 8, to: 14 }, { from: 20, to: 30 }),
  surge: fc.constantFrom('full' as const, 'matched' as const),
  instances: fc.integer({ min: 1, max: 6 }),
  oldTasks: fc.integer({ min: 1, max: 6 }),
  keepSeconds: fc.constantFrom(0, 0, 8),
  scaledAt: fc.constantFrom(0, 9, 18),
  scaledTo: fc.integer({ min: 1, max: 8 }),
});

test('whatever happens, and wherever the controller is killed: it ends, skips no step and no gate, and kills nobody who is busy', () => {
  fc.assert(
    fc.property(natures, ({ seed, surge, instances, oldTasks, keepSeconds, scaledAt, scaledTo, atDrainLimit, ...nature }) => {
      const rollout = aRollout({ surge, instances, keepSeconds, atDrainLimit, healthyWithinSeconds: 120 }, { oldInstances: oldTasks });
      const world = new SimulatedWorld(rollout, { ...nature, chance: chances(seed) }, oldTasks);
      for (let tick = 0; tick < 3000 && world.rollout.state.phase !== 'ended'; tick++) {
        if (tick === scaledAt && tick > 0) world.scale(seed % 2 === 0 ? OLD : NEW, scaledTo);
        world.step();
        // After it was done a new app that crashes is nobody's to mend but its owner's.
        if (world.rollout.state.outcome === 'done' && nature.crashAt !== Infinity) return;
      }
      assert.deepEqual(world.wrongs, []);
      assert.equal(world.rollout.state.phase, 'ended', told(world));
      const rising = world.shares.slice(0, world.shares.indexOf(0) === -1 ? undefined : world.shares.indexOf(0));
      assert.deepEqual(rising, [10, 50, 100].slice(0, rising.length), 'one step after the other');
      const { outcome } = world.rollout.state;
      if (nature.errors > 0) assert.notEqual(outcome, 'done', 'the gate never let it go on');
      if (outcome === 'done') assertDone(world);
      else if (world.apps.has(OLD)) assertBack(world, outcome);
      assert.ok(world.apps.size > 0);
    }),
    { numRuns: 300 },
  );
});
