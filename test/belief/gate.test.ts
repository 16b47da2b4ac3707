import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { commit, emptyModel, type OwnedModel } from '../../src/model/commit.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import { DEFAULT_MINIMA } from '../../src/belief/losses.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { reduce } from '../../src/model/reduce.ts';
import { Gate } from '../../src/belief/gate.ts';
import { anEntry, aTask, without } from '../kit/builders.ts';
import { waitFor } from '../kit/wait-for.ts';

const app = (at: number, tasks = 2): AppEntry =>
  anEntry(
    { id: `/${at}`, instances: 2 },
    Array.from({ length: tasks }, (_, number) => aTask({ id: `${at}.${number}` })),
  );
const apps = (count: number): readonly AppEntry[] => Array.from({ length: count }, (_, at) => app(at));
const list = (entries: readonly AppEntry[], keep: readonly string[] = []): ModelEvent => ({
  kind: 'snapshot',
  entries,
  keep: new Set(keep),
});
const gone = (at: number): ModelEvent => ({ kind: 'app-gone', appId: `/${at}` });
const end = (...which: readonly number[]): ModelEvent => ({ kind: 'apps-ended', appIds: which.map((at) => `/${at}`) });
const killed = (at: number, number: number): ModelEvent => ({
  kind: 'task',
  appId: `/${at}`,
  task: without(aTask({ id: `${at}.${number}`, state: 'TASK_KILLED' }), 'health'),
});

interface Rig {
  readonly gate: Gate;
  readonly model: OwnedModel;
  readonly log: readonly string[];
  /** What happens to it as in a running Sluice: answers are asked about, all else is taken. Returns whether it was. */
  readonly comes: (event: ModelEvent) => boolean;
  readonly refreshes: () => number;
  readonly holds: () => number;
}

const rig = (t: TestContext, maxLossPercent = 50): Rig => {
  const model = emptyModel();
  const log: string[] = [];
  let refreshes = 0;
  let holds = 0;
  const take = (event: ModelEvent): void => commit(model, reduce(model, event));
  const gate = new Gate({
    log: pino({ level: 'info' }, { write: (line: string) => log.push((JSON.parse(line) as { msg: string }).msg) }),
    model: () => model,
    policy: { maxLossPercent, ...DEFAULT_MINIMA },
    refresh: () => (refreshes += 1),
    take,
    onHold: () => (holds += 1),
    againMs: 1,
  });
  t.after(() => gate.close());
  const comes = (event: ModelEvent): boolean => {
    if (!gate.admits(event)) return false;
    gate.note(event);
    take(event);
    return true;
  };
  return { gate, model, log, comes, refreshes: () => refreshes, holds: () => holds };
};

describe('a list that is held', () => {
  it('is told once, read again sooner and sooner later, and over with one that is believed', async (t) => {
    const { gate, comes, model, log, refreshes, holds } = rig(t);
    assert.equal(comes(list(apps(10))), true);
    assert.equal(comes(list([])), false);
    assert.equal(comes(list([])), false);
    assert.equal(model.apps.size, 10);
    assert.equal(holds(), 2);
    assert.equal(gate.held?.because, "Marathon's list has 0 of 10 apps and 0 of 20 running tasks");
    assert.deepEqual(gate.counts, { heldReads: 2, doubtedAnswers: 0, confirmedReads: 0 });
    assert.equal(gate.problems().length, 1);
    await waitFor('a full read is asked for', () => refreshes() > 0);
    assert.equal(comes(list(apps(9))), true);
    assert.deepEqual([model.apps.size, gate.held, gate.problems()], [9, undefined, []]);
    assert.deepEqual(log, [
      "Marathon's list has 0 of 10 apps and 0 of 20 running tasks: held; run `sluice confirm` if this is meant",
      'what Marathon lists is believed again',
    ]);
  });

  it('lets single apps come and go', (t) => {
    const { comes, model } = rig(t);
    comes(list(apps(10)));
    comes(list([]));
    assert.equal(comes({ kind: 'app', entry: app(11) }), true);
    assert.equal(comes(killed(0, 0)), true);
    comes(end(1));
    assert.equal(comes(gone(1)), true);
    assert.deepEqual([model.apps.size, model.apps.get('/0')?.tasks.get('0.0')?.state], [10, 'TASK_KILLED']);
  });

  it('is in force when it is confirmed, but for what was heard of since', (t) => {
    const { gate, comes, model, refreshes } = rig(t);
    assert.equal(gate.confirm(), undefined);
    comes(list(apps(10)));
    comes(list(apps(1)));
    comes({ kind: 'app', entry: app(11) });
    assert.equal(gate.confirm()?.apps.lost, 9);
    assert.deepEqual([...model.apps.keys()], ['/0', '/11']);
    assert.deepEqual([gate.held, refreshes()], [undefined, 1]);
    assert.equal(comes(list(apps(1))), true, 'what was confirmed is not held again');
    assert.equal(comes(list([])), false, 'but nothing beyond it');
    assert.equal(model.apps.size, 1);
  });

  it('is none where Marathon has told that the apps end, be it while a list is being read', (t) => {
    const { comes, model } = rig(t);
    comes(list(apps(10)));
    comes(end(0, 1, 2, 3, 4, 5, 6, 7, 8));
    assert.equal(comes(list(apps(10))), true, 'a list that was asked for before');
    assert.equal(comes(list([app(9)])), true);
    assert.equal(model.apps.size, 1);
  });

  it('is one again where an app that ended was made anew', (t) => {
    const { comes } = rig(t);
    comes(list(apps(4)));
    comes(end(0, 1, 2, 3));
    for (const entry of apps(4)) comes({ kind: 'app', entry });
    assert.equal(comes(list([])), false);
    comes(end(0, 1, 2, 3));
    comes(list(apps(4)));
    comes(list(apps(4)));
    assert.equal(comes(list([])), false, 'listed twice since it was told to end');
  });
});

describe('an answer about one app', () => {
  it('that leaves nothing of what it had is left to a full read, unless an event has told why', (t) => {
    const { gate, comes, model, refreshes, log } = rig(t);
    comes(list(apps(10)));
    for (const at of [0, 1, 2]) assert.equal(comes(gone(at)), false);
    assert.equal(comes({ kind: 'app', entry: app(3, 0) }), false);
    assert.deepEqual([model.apps.size, refreshes(), gate.counts.doubtedAnswers], [10, 4, 4]);
    assert.deepEqual([log.length, gate.isInDoubt], [1, true], 'told once until the next full read');

    comes(killed(0, 0));
    comes(killed(0, 1));
    assert.equal(comes(gone(0)), true);
    comes(end(1));
    assert.equal(comes(gone(1)), true);
    assert.equal(comes(list(apps(10).slice(2, 8))), true);
    assert.deepEqual([model.apps.size, gate.isInDoubt], [6, false]);
  });

  it('that takes a few tasks is believed, but not one after the other', (t) => {
    const { comes } = rig(t);
    comes(list(apps(20)));
    const verdicts = apps(20).map(({ app: { id } }) => comes({ kind: 'app', entry: { ...app(Number(id.slice(1)), 1) } }));
    assert.equal(verdicts.filter(Boolean).length, DEFAULT_MINIMA.minTasks - 1);
    assert.equal(comes(list(apps(20).map((one, at) => ({ ...one, tasks: app(at, 1).tasks })))), true);
    assert.equal(comes({ kind: 'app', entry: { ...app(19, 1) } }), true, 'a full read has said it');
  });

  it('of an agent that was lost, with a third of the tasks, is left to a full read, and that is believed', (t) => {
    const { comes, model } = rig(t);
    const whole = Array.from({ length: 15 }, (_, at) => app(at, 3)).map((one) => ({ ...one, app: { ...one.app, instances: 3 } }));
    comes(list(whole));
    const rest = whole.map((one) => ({ ...one, tasks: new Map([...one.tasks].slice(1)) }));
    for (const one of rest) {
      const id = `${one.app.id.slice(1)}.0`;
      comes({ kind: 'task', appId: one.app.id, task: without(aTask({ id, state: 'TASK_UNREACHABLE' }), 'health') });
    }
    const verdicts = rest.map((entry) => comes({ kind: 'app', entry }));
    assert.ok(verdicts.includes(false));
    assert.equal(comes(list(rest)), true);
    assert.ok([...model.apps.values()].every(({ tasks }) => tasks.size === 2));
  });

  it('and an event that tells why speaks for the app', (t) => {
    const { comes } = rig(t);
    comes(list(apps(20)));
    for (let at = 0; at < 20; at += 1) {
      assert.equal(comes({ kind: 'app', entry: app(at, 1) }), true);
      comes(killed(at, 1));
    }
  });

  it('is always believed about apps without tasks, until there are too many, and with 100 percent', (t) => {
    const { comes, model } = rig(t);
    comes(list(apps(10).map((one) => ({ ...one, tasks: new Map() }))));
    const verdicts = [0, 1, 2, 3, 4].map((at) => comes(gone(at)));
    assert.deepEqual(verdicts, [true, true, true, false, false]);
    assert.equal(model.apps.size, 7);
    const { comes: comesAll } = rig(t, 100);
    comesAll(list(apps(10)));
    assert.ok(apps(10).every((_, at) => comesAll(gone(at))));
  });
});
