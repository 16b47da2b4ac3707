import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Controller } from '../../src/controller/controller.ts';
import { say } from '../../src/rollout/edits/say.ts';
import type { Gate, GateResult } from '../../src/rollout/gate.ts';
import type { GroupObservation } from '../../src/rollout/observation.ts';
import type { Rollout, RolloutOptions } from '../../src/rollout/rollout.ts';
import { SluiceError } from '../../src/kit/error.ts';
import { atEnd } from '../kit/at-end.ts';
import { waitFor } from '../kit/wait-for.ts';
import { anApp, openRig, requestsTo, type Rig } from './marathon-rig.ts';

const GROUP = '/shop';
const OLD = '/shop-blue';
const NEW = '/shop-green';

const OPTIONS: RolloutOptions = {
  ...{ steps: [50, 100], holdSeconds: 2, gates: [], surge: 'full', instances: 2, keepSeconds: 0 },
  ...{ healthyWithinSeconds: 600, drainSeconds: 300, atDrainLimit: 'wait', splitBy: 'request' },
};

const aRollout = (definition: object, options: Partial<RolloutOptions> = {}): Rollout => {
  const at = new Date().toISOString();
  return {
    ...{ id: 'one', group: GROUP, from: OLD, to: NEW, started: { by: 'ada', at }, history: [] },
    definitions: { [NEW]: { ...definition }, [OLD]: anApp(OLD) },
    options: { ...OPTIONS, ...options },
    state: { phase: 'preparing', step: 0, since: at, atRevision: 0 },
  };
};

const openWithOld = async (t: TestContext): Promise<Rig> => {
  const rig = await openRig(t, GROUP);
  const { json } = await requestsTo(rig.standIn.url).post('/v2/apps', anApp(OLD));
  const [deployment] = (json as { readonly deployments: readonly { readonly id: string }[] }).deployments;
  await rig.standIn.waitForDeployment(deployment?.id ?? '');
  return rig;
};

const told = ({ history }: Rollout): readonly string[] => history.map(({ what }) => what);

const STORY = [
  '/shop-green made with 2 instances',
  'share of /shop-green 50 %',
  'share of /shop-green 100 %',
  'done: /shop-blue is drained and ended',
  '2 tasks of /shop-blue are drained',
  '/shop-blue is deleted',
];

const assertStory = (rollout: Rollout, story: readonly string[] = STORY): void => {
  const history = told(rollout);
  const places = story.map((what) => history.indexOf(what));
  assert.ok(!places.includes(-1), `${JSON.stringify(story[places.indexOf(-1)])} is not in ${JSON.stringify(history, undefined, 1)}`);
  assert.deepEqual(
    places.toSorted((a, b) => a - b),
    places,
    'in this order',
  );
};

test('carries a rollout from a definition to the end of the old app', async (t) => {
  const rig = await openWithOld(t);
  await rig.start(aRollout(anApp(NEW)));
  await rig.control();
  const rollout = await rig.ended();
  assert.equal(rollout.state.outcome, 'done');
  assertStory(rollout);
  assert.equal(await rig.apps.facts(OLD), undefined);
  assert.equal((await rig.apps.facts(NEW))?.instances, 2);
});

test('what Marathon does not take is given up, with its words', async (t) => {
  const rig = await openWithOld(t);
  await rig.start(aRollout(anApp(NEW, { cpus: 'many' })));
  await rig.control();
  const { state } = await rig.ended();
  assert.equal(state.outcome, 'aborted');
  assert.match(state.because ?? '', /^Marathon answered 4\d\d: /);
  assert.equal((await rig.apps.facts(OLD))?.tasks.length, 2);
});

test('undo makes the old app again as it was told', async (t) => {
  const rig = await openWithOld(t);
  await rig.start(aRollout(anApp(NEW)));
  await rig.control();
  await rig.ended();
  await rig.edit(say(GROUP, 'undo', { by: 'ada', at: new Date().toISOString() }));
  const rollout = await waitFor('it is undone', async () => rig.rollout().state.outcome === 'undone' && rig.ended());
  assertStory(rollout, [
    'undo by ada',
    '/shop-blue is made again with 2 instances',
    'share of /shop-blue 100 %',
    '/shop-green is closed',
    '/shop-green is deleted',
  ]);
  assert.equal((await rig.apps.facts(OLD))?.tasks.length, 2);
});

for (const when of ['before', 'after'] as const)
  test(`a controller that is killed right ${when} each thing it does is followed by one that goes on`, async (t) => {
    const rig = await openWithOld(t);
    await rig.start(aRollout(anApp(NEW), { gates: [{ kind: 'healthy', minPercent: 100 }] }));
    const killed = new Set<string>();
    const open = async (): Promise<void> => {
      let isDead = false;
      await rig.control(async (what, run) => {
        // The last wish of the dead must not be done.
        if (isDead) throw new SluiceError('STORE', 'killed');
        if (what === '' || killed.has(what)) return run();
        isDead = true;
        killed.add(what);
        if (when === 'after') await run();
        setImmediate(() => void open());
        throw new SluiceError('STORE', 'killed');
      });
    };
    await open();
    const rollout = await rig.ended();
    assert.equal(rollout.state.outcome, 'done');
    assertStory(rollout);
    assert.equal(await rig.apps.facts(OLD), undefined);
    assert.equal((await rig.apps.facts(NEW))?.tasks.length, 2);
    for (const what of [
      'book: /shop-green made with 2 instances',
      'marathon: /shop-green made with 2 instances',
      'marathon: /shop-blue is deleted',
    ])
      assert.ok(killed.has(what), `it was not killed at ${what}`);
  });

test('two controllers at once do no more than one', async (t) => {
  const rig = await openWithOld(t);
  await rig.start(aRollout(anApp(NEW)));
  await rig.control();
  await rig.control(undefined, 'beside');
  const rollout = await rig.ended();
  assert.equal(rollout.state.outcome, 'done');
  assertStory(rollout);
  const made = told(rollout).filter((what) => what === '/shop-green made with 2 instances');
  assert.equal(made.length, 1);
});

test("somebody else's app in the new one's place is left as it is, and nothing goes on", async (t) => {
  const rig = await openWithOld(t);
  await requestsTo(rig.standIn.url).post('/v2/apps', anApp(NEW, { instances: 1, labels: { HAPROXY_DEPLOYMENT_GROUP: 'bank' } }));
  await rig.start(aRollout(anApp(NEW)));
  await rig.control();
  const { state } = await rig.ended();
  assert.equal(state.outcome, 'aborted');
  assert.match(state.because ?? '', /^\/shop-green is not of the deployment group \/shop: its label HAPROXY_DEPLOYMENT_GROUP says \/bank$/);
  const theirs = await rig.apps.facts(NEW);
  assert.deepEqual([theirs?.group, theirs?.instances], ['/bank', 1]);
  assert.equal((await rig.apps.facts(OLD))?.tasks.length, 2);
});

test('an old app that says it is of another group is not ended: the rollout waits until it is gone, or is of the group again', async (t) => {
  const rig = await openRig(t, GROUP);
  const requests = requestsTo(rig.standIn.url);
  await requests.post('/v2/apps', anApp(OLD, { labels: { HAPROXY_DEPLOYMENT_GROUP: 'bank' } }));
  await waitFor('its tasks run', async () => (await rig.apps.facts(OLD))?.tasks.filter(({ healthy }) => healthy).length === 2);
  await rig.start(aRollout(anApp(NEW)));
  await rig.control();
  await waitFor('it says so', () => rig.rollout().state.waitingFor?.startsWith('/shop-blue is not of the deployment group /shop') === true);
  assert.equal(rig.rollout().state.outcome, 'done');
  assert.equal((await rig.apps.facts(OLD))?.tasks.length, 2);
  await requests.delete(`/v2/apps${OLD}?force=true`);
  assert.equal((await rig.ended()).state.outcome, 'done');
});

test('a Sluice that does not answer is waited for, and named', async (t) => {
  const rig = await openWithOld(t);
  await rig.start(aRollout(anApp(NEW)));
  let isMissing = true;
  rig.observed = ({ seen }) => ({ seen, missing: isMissing ? [{ sluice: 'edge-2', because: 'no answer' }] : [] });
  await rig.control();
  await waitFor('it says so', () => rig.rollout().state.waitingFor === 'Sluice edge-2 (no answer) to answer');
  assert.equal(rig.book().shares.get(GROUP)?.shares[NEW], 0);
  isMissing = false;
  assert.equal((await rig.ended()).state.outcome, 'done');
});

const COMMAND: Gate = { kind: 'command', command: ['smoke'], timeoutSeconds: 3600 };

const said = (outcome: 'passed' | 'failed'): Readonly<Record<number, GateResult>> => ({
  1: { gate: COMMAND, outcome, because: `command smoke ${outcome}` },
});

/** A rollout whose command does not end before it is given up. */
const openWithSlowCommand = async (t: TestContext): Promise<{ readonly rig: Rig; readonly given: { asked: number; up: number } }> => {
  const rig = await openWithOld(t);
  const given = { asked: 0, up: 0 };
  rig.ask = async (signal) => {
    given.asked += 1;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    given.up += 1;
    return said('failed');
  };
  await rig.start(aRollout(anApp(NEW), { steps: [100], gates: [{ kind: 'errors', maxPercent: 1 }, COMMAND] }));
  await rig.control();
  await waitFor('it says what it waits for', () => rig.rollout().state.waitingFor === 'its probes and commands to answer');
  return { rig, given };
};

test('a command that runs keeps nobody from closing the controller, and the next one asks it again', async (t) => {
  const { rig, given } = await openWithSlowCommand(t);
  assert.deepEqual(given, { asked: 1, up: 0 });
  rig.ask = async () => Promise.resolve(said('passed'));
  await rig.control();
  assert.deepEqual(given, { asked: 1, up: 1 });
  const rollout = await rig.ended();
  assert.equal(rollout.state.outcome, 'done', rollout.state.because);
  assertStory(rollout, ['gate passed: command smoke passed']);
});

test('errors are seen while a command runs: it is given up, and the old app has all again', async (t) => {
  const { rig, given } = await openWithSlowCommand(t);
  const ill = { requests: 1000, errors5xx: 500, connectionErrors: 0 };
  const withErrors = (one: GroupObservation): GroupObservation => {
    const fresh = one.apps[NEW];
    return fresh === undefined ? one : { ...one, apps: { ...one.apps, [NEW]: { ...fresh, counters: ill } } };
  };
  rig.observed = ({ seen, missing }) => ({ seen: seen.map(withErrors), missing });
  const { state } = await rig.ended();
  assert.equal(state.outcome, 'aborted');
  assert.match(state.because ?? '', /^gate failed: 5xx 50 %/);
  await waitFor('the command was given up', () => given.up === 1);
  assert.equal(given.asked, 1);
});

test('what could not be asked is asked again', async (t) => {
  const rig = await openWithOld(t);
  let asked = 0;
  rig.ask = async () => {
    asked += 1;
    if (asked === 1) throw new Error('no more files');
    return Promise.resolve(said('passed'));
  };
  await rig.start(aRollout(anApp(NEW), { steps: [100], gates: [{ kind: 'errors', maxPercent: 1 }, COMMAND] }));
  await rig.control();
  assert.equal((await rig.ended()).state.outcome, 'done');
  assert.equal(asked, 2);
});

test('says for how long it has not looked at a rollout to the end', async (t) => {
  const rollout = { ...aRollout(anApp(NEW)), state: { ...aRollout(anApp(NEW)).state, paused: { by: 'ada', at: '' } } };
  let nowMs = Date.now();
  let isAway = true;
  let warned = 0;
  const controller = new Controller(
    {
      log: { info: () => undefined, warn: () => (warned += 1) },
      nowMs: () => nowMs,
      book: () => ({ revision: 1, shares: new Map(), rollouts: new Map([[GROUP, rollout]]), overrides: new Map() }),
      edit: async () => Promise.resolve({ refused: 'REFUSED', because: 'nothing is written here' }),
      isLeading: async () => Promise.resolve(true),
      observe: async () => Promise.resolve({ seen: [], missing: [] }),
      facts: async () => (isAway ? Promise.reject(new SluiceError('MARATHON_NONSENSE', 'Marathon is away')) : Promise.resolve(undefined)),
      carryOut: async () => Promise.resolve({ kind: 'done' }),
      ask: async () => Promise.resolve({}),
    },
    5,
  );
  atEnd(t, async () => controller.close());
  assert.equal(controller.behindMs, 0);
  await waitFor('it has tried', () => warned > 0);
  nowMs += 40_000;
  assert.equal(controller.behindMs, 40_000);
  isAway = false;
  await waitFor('it has looked', () => controller.behindMs === 0);
});
