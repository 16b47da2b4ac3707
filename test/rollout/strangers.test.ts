import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { say } from '../../src/rollout/edits/say.ts';
import type { Action } from '../../src/rollout/action.ts';
import type { AppFacts, Facts } from '../../src/rollout/facts.ts';
import { nextAction } from '../../src/rollout/next-action.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import type { Entry } from '../../src/rollout/state.ts';
import { strangerProblems } from '../../src/rollout/strangers.ts';
import { aBook } from '../kit/books.ts';
import { anEntry, labels } from '../kit/builders.ts';
import { aRollout, chances, GROUP, NEW, OLD, SimulatedWorld, untilEnded } from './simulated-world.ts';

const NOW = Date.parse('2026-11-22T13:00:00Z');

const withGroup = (group: string | undefined, instances = 3): AppFacts => ({
  ...{ instances, isDeploying: false, isChecked: true },
  ...(group === undefined ? {} : { group }),
  tasks: Array.from({ length: instances }, (_, at) => ({ id: `task.${at}`, state: 'TASK_RUNNING', healthy: true })),
});

/** Tasks that serve nobody, everywhere. */
const facts = (from: AppFacts | undefined, to: AppFacts | undefined): Facts => ({
  nowMs: NOW,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  shares: { by: '', at: '', shares: { [OLD]: 100, [NEW]: 0 }, closed: [NEW], splitBy: 'request' },
  observed: { seen: [{ sluice: 'one', at: '', revision: 9, apps: {} }], missing: [] },
});

const STANDING = { step: 0, since: aRollout().state.since, atRevision: 1 };

const at = (entry: Entry, changes: Partial<Rollout> = {}): Rollout => ({ ...aRollout(), ...changes, state: { ...STANDING, ...entry } });

const DRAINING = Object.fromEntries([0, 1, 2].map((n) => [`task.${n}`, '2026-11-22T12:00:00Z']));

const ABORTED = { phase: 'aborting', outcome: 'aborted', because: 'it failed' } as const;

const changes = (action: Action): boolean => 'appId' in action;

test('nobody of the group is spared what is to be done', () => {
  const given = facts(withGroup(GROUP), withGroup(GROUP));
  assert.equal(nextAction(at({ ...ABORTED, draining: DRAINING }), given).kind, 'kill');
  assert.equal(nextAction(at({ phase: 'ending', outcome: 'done', draining: DRAINING }), given).kind, 'kill');
});

for (const named of [undefined, '/bank', OLD])
  test(`an old app that says ${String(named)} is not ended, and the rollout says so`, () => {
    for (const instances of [3, 0]) {
      const action = nextAction(
        at({ phase: 'ending', outcome: 'done', draining: DRAINING }),
        facts(withGroup(named, instances), withGroup(GROUP)),
      );
      assert.deepEqual([action.kind, changes(action)], ['wait', false], JSON.stringify(action));
      assert.match('for' in action ? action.for : '', /^\/shop-blue is not of the deployment group \/shop: .*; nothing is done to it$/);
    }
  });

test('a plain app whose id is the group is ended where it is replaced, and not where it is said to be the new one', () => {
  const plain = { from: GROUP, definitions: {} };
  const done = { phase: 'ending', outcome: 'done', draining: DRAINING } as const;
  assert.equal(nextAction(at(done, plain), facts(withGroup(undefined), withGroup(GROUP))).kind, 'kill');
  const asNew = at({ ...ABORTED, draining: DRAINING }, { from: OLD, to: GROUP });
  assert.equal(changes(nextAction(asNew, facts(withGroup(GROUP), withGroup(undefined)))), false);
});

for (const named of [undefined, '/bank']) {
  test(`what is in the new app's place and says ${String(named)} gets no share: it goes back at once`, () => {
    const entries: readonly Entry[] = [
      { phase: 'preparing' },
      { phase: 'shifting' },
      { phase: 'holding', gates: [] },
      { phase: 'shrinking', draining: {} },
    ];
    for (const entry of entries) {
      const action = nextAction(at(entry), facts(withGroup(GROUP), withGroup(named)));
      assert.ok(action.kind === 'note', JSON.stringify(action));
      assert.equal(action.enter?.phase, 'aborting');
      assert.match(action.enter.because, /^\/shop-green is not of the deployment group \/shop/);
    }
  });

  test(`and says ${String(named)} is left as it is on the way back`, () => {
    const action = nextAction(at({ ...ABORTED, draining: {} }), facts(withGroup(GROUP), withGroup(named)));
    assert.ok(action.kind === 'note', JSON.stringify(action));
    assert.deepEqual(action.enter, { phase: 'ended', outcome: 'aborted', because: 'it failed' });
    assert.deepEqual(action.shares, { shares: { [OLD]: 100 }, closed: [] });
    const first = at({ ...ABORTED, draining: {} }, { from: undefined as never, definitions: {} });
    const alone = nextAction(first, facts(undefined, withGroup(named)));
    assert.match(alone.kind === 'note' ? alone.what.join() : '', /^aborted: \/shop-green is not of/);
  });
}

test('a definition that would make another app, or one of another group, makes none', () => {
  const label = { HAPROXY_DEPLOYMENT_GROUP: GROUP };
  const make = (definition: object): Action =>
    nextAction(
      { ...at({ phase: 'preparing' }, { definitions: { [NEW]: { ...definition } } }), started: aRollout().started },
      {
        ...facts(withGroup(GROUP), undefined),
        nowMs: Date.parse(aRollout().state.since),
      },
    );
  assert.equal(make({ id: NEW, labels: label }).kind, 'make');
  for (const definition of [
    { id: '/bank', labels: label },
    { labels: label },
    { id: NEW },
    { id: NEW, labels: { HAPROXY_DEPLOYMENT_GROUP: 'bank' } },
  ])
    assert.equal(make(definition).kind, 'wait', JSON.stringify(definition));
});

test('is told for the app while the rollout runs', () => {
  const saying = (id: string, group: string) => [id, anEntry({ id, ...labels({ HAPROXY_DEPLOYMENT_GROUP: group }) })] as const;
  const apps = new Map([saying(OLD, 'bank'), saying(NEW, 'shop'), saying('/bystander', 'bank')]);
  const told = (rollout: Rollout) => strangerProblems({ apps }, aBook({ rollouts: [rollout] }));
  assert.deepEqual(told(at({ phase: 'preparing' })), [
    {
      appId: OLD,
      label: 'HAPROXY_DEPLOYMENT_GROUP',
      group: GROUP,
      message: `${OLD} is not of the deployment group ${GROUP}: its label HAPROXY_DEPLOYMENT_GROUP says /bank; the rollout of ${GROUP} does nothing to it`,
    },
  ]);
  assert.deepEqual(told(at({ phase: 'ended', outcome: 'done' })), []);
});

const steps = (world: SimulatedWorld, count: number): void => {
  for (let tick = 0; tick < count; tick++) world.step();
};

test('where the old app leaves the group in the middle nobody of the new one is ended, whatever is asked for; it goes on when it is back', () => {
  const cases = fc.record({
    leaves: fc.nat({ max: 60 }),
    surge: fc.constantFrom('full' as const, 'matched' as const),
    verb: fc.constantFrom('abort' as const, undefined),
    crashAt: fc.option(fc.integer({ min: 5, max: 80 }), { nil: undefined }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(cases, ({ leaves, surge, verb, crashAt, seed }) => {
      const world = new SimulatedWorld(aRollout({ surge }), {
        chance: chances(seed),
        healthyAfter: 2,
        ...(crashAt === undefined ? {} : { crashAt }),
      });
      steps(world, leaves);
      const before = world.wrongs.length;
      if (world.rollout.state.phase === 'ended') return;
      world.leave(OLD);
      steps(world, 5);
      if (verb !== undefined && !['aborting', 'ended'].includes(world.rollout.state.phase))
        world.edit(say(GROUP, verb, { by: 'ada', at: new Date(world.nowMs).toISOString() }));
      steps(world, 100);
      assert.deepEqual(world.wrongs.slice(before), []);
      world.comeBack(OLD);
      untilEnded(world);
      // Whoever crashes at the end is waited for: the old app is not ended before.
      if (crashAt === undefined) assert.equal(world.rollout.state.phase, 'ended', JSON.stringify(world.rollout.state));
    }),
    { numRuns: 60 },
  );
});

test('an app that somebody deletes in the middle and makes anew is waited for like any other', () => {
  for (const appId of [OLD, NEW])
    for (let at = 1; at < 40; at += 3) {
      const world = new SimulatedWorld(aRollout(), { chance: () => 0.5, healthyAfter: 2 });
      steps(world, at);
      if (world.rollout.state.phase !== 'ended' && world.apps.has(appId)) world.makeAnew(appId, 3);
      untilEnded(world);
      assert.equal(world.rollout.state.phase, 'ended', `${appId} at ${at}`);
      assert.deepEqual(world.wrongs, []);
      const { outcome } = world.rollout.state;
      assert.deepEqual([...world.apps.keys()], [outcome === 'done' ? NEW : OLD]);
    }
});
