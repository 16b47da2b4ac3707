import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../src/rollout/action.ts';
import type { AppFacts, Facts } from '../../src/rollout/facts.ts';
import { nextAction } from '../../src/rollout/next-action.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import type { Entry } from '../../src/rollout/state.ts';
import { strangerProblems } from '../../src/rollout/strangers.ts';
import { aBook } from '../kit/books.ts';
import { anEntry, labels } from '../kit/builders.ts';
import { aRollout, GROUP, NEW, OLD } from './simulated-world.ts';

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
