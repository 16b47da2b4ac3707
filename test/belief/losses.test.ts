import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_MINIMA, judge, type LossPolicy } from '../../src/belief/losses.ts';
import { commit, emptyModel } from '../../src/model/commit.ts';
import type { ModelEvent } from '../../src/model/event.ts';
import type { AppEntry } from '../../src/model/model.ts';
import { reduce } from '../../src/model/reduce.ts';
import { entry } from '../kit/arbitraries.ts';
import { anEntry, aTask } from '../kit/builders.ts';

type Snapshot = ModelEvent & { readonly kind: 'snapshot' };

const POLICY: LossPolicy = { maxLossPercent: 50, ...DEFAULT_MINIMA };
const NOBODY: ReadonlySet<string> = new Set();

/** `/0`, `/1`, ... with so many running tasks each. */
const apps = (count: number, tasks = 1, instances = tasks): readonly AppEntry[] =>
  Array.from({ length: count }, (_, at) =>
    anEntry(
      { id: `/${at}`, instances },
      Array.from({ length: tasks }, (__, number) => aTask({ id: `${at}.${number}` })),
    ),
  );

/** The same as pods. */
const pods = (count: number): readonly AppEntry[] => apps(count).map((one) => ({ ...one, app: { ...one.app, kind: 'pod' } }));

const list = (entries: readonly AppEntry[], keep: readonly string[] = []): Snapshot => ({ kind: 'snapshot', entries, keep: new Set(keep) });

const ended = (entries: readonly AppEntry[], state: string): readonly AppEntry[] =>
  entries.map((one) => ({ ...one, tasks: new Map([...one.tasks].map(([id, task]) => [id, { ...task, state }])) }));

const HELD: readonly (readonly [what: string, before: readonly AppEntry[], after: Snapshot, because: string])[] = [
  ['pods that are not there any more', pods(10), list([]), 'has 0 of 10 apps and 0 of 10 running tasks'],
  ['apps, where only the pods could not be read', apps(10), { ...list([]), keepsPods: true }, 'has 0 of 10 apps and 0 of 10 running tasks'],
  ['an empty list after one app', apps(1, 0), list([]), 'has 0 of 1 apps'],
  ['an empty list after many', apps(200), list([]), 'has 0 of 200 apps and 0 of 200 running tasks'],
  ['3 of 200', apps(200), list(apps(3)), 'has 3 of 200 apps and 3 of 200 running tasks'],
  ['other apps in place of all that were known', apps(2, 0), list([anEntry({ id: '/other' })]), 'has 0 of 2 apps'],
  ['one less than half', apps(10, 0), list(apps(4, 0)), 'has 4 of 10 apps'],
  ['all tasks of one app', apps(1, 2), list(apps(1, 0, 2)), 'has 0 of 2 running tasks'],
  ['six of ten tasks', apps(5, 2), list([...apps(2, 2), ...apps(5, 0, 2).slice(2)]), 'has 4 of 10 running tasks'],
  ['tasks that have ended, with no word of why', apps(5, 2), list(ended(apps(5, 2), 'TASK_KILLED')), 'has 0 of 10 running tasks'],
];

const BELIEVED: readonly (readonly [what: string, before: readonly AppEntry[], after: Snapshot, told?: readonly string[]])[] = [
  ['the first list, empty', [], list([])],
  ['the first list', [], list(apps(3))],
  ['the same again', apps(200, 5), list(apps(200, 5))],
  ['half', apps(10), list(apps(5))],
  ['one of three: a small cluster', apps(3), list(apps(1))],
  ['all apps are suspended', apps(10, 2), list(apps(10, 0, 0))],
  ['each is scaled down', apps(10, 4), list(apps(10, 1, 1))],
  [
    'every task was replaced',
    apps(10, 2),
    list(apps(10, 2).map((one) => ({ ...one, tasks: new Map([...one.tasks.values()].map((task) => [`${task.id}b`, task])) }))),
  ],
  ['tasks that cannot be reached for now', apps(10, 2), list(ended(apps(10, 2), 'TASK_UNREACHABLE'))],
  ['what was told to end', apps(10), list(apps(1)), ['/1', '/2', '/3', '/4', '/5', '/6', '/7', '/8', '/9']],
  ['all, and all of them told to end', apps(2), list([]), ['/0', '/1']],
  ['apps that changed meanwhile are read by themselves', apps(10), list(apps(1), ['/1', '/2', '/3', '/4', '/5'])],
  ['apps whose ids cannot be read may be any', apps(10), list([], [''])],
  ['pods that could not be read', pods(10), { ...list([]), keepsPods: true }],
];

describe('a full read', () => {
  for (const [what, before, after, because] of HELD)
    it(`is held: ${what}`, () => {
      const verdict = judge(before, after, NOBODY, POLICY);
      assert.equal(verdict.kind === 'held' && verdict.because, because);
    });
  for (const [what, before, after, told = []] of BELIEVED)
    it(`is believed: ${what}`, () => assert.equal(judge(before, after, new Set(told), POLICY).kind, 'believed'));

  it('is believed whatever it is with 100 percent, and held for little with 0', () => {
    assert.equal(judge(apps(200), list([]), NOBODY, { ...POLICY, maxLossPercent: 100 }).kind, 'believed');
    assert.equal(judge(apps(200), list(apps(199)), NOBODY, { ...POLICY, maxLossPercent: 0 }).kind, 'held');
    assert.equal(judge(apps(200), list(apps(200)), NOBODY, { ...POLICY, maxLossPercent: 0 }).kind, 'believed');
  });

  it('tells how much was known and is lost, of those that were not told to end', () => {
    const { losses } = judge(apps(10, 2), list(apps(8, 2)), new Set(['/9']), POLICY);
    assert.deepEqual(losses, { apps: { known: 9, lost: 1 }, tasks: { known: 18, lost: 2 } });
  });
});

const some = fc.uniqueArray(entry, { maxLength: 5, selector: ({ app }) => app.id });

describe('for any model and list', () => {
  it('what is believed leaves something of what was known, unless Marathon told that it ends', () => {
    fc.assert(
      fc.property(some, some, fc.integer({ min: 0, max: 99 }), (before, after, maxLossPercent) => {
        const model = emptyModel();
        commit(model, reduce(model, list(before)));
        const verdict = judge(model.apps.values(), list(after), NOBODY, { ...POLICY, maxLossPercent });
        commit(model, reduce(model, list(after)));
        const left = before.filter(({ app }) => model.apps.has(app.id)).length;
        if (verdict.kind === 'believed') assert.ok(before.length === 0 || left > 0);
        assert.equal(verdict.losses.apps.known - verdict.losses.apps.lost, left);
      }),
    );
  });

  it('its own content is always believed, and so is more of it', () => {
    fc.assert(
      fc.property(some, entry, (before, more) => {
        const after = [...before.filter(({ app }) => app.id !== more.app.id), more];
        assert.equal(judge(before, list(before), NOBODY, { ...POLICY, maxLossPercent: 0 }).kind, 'believed');
        const others = before.filter(({ app }) => app.id !== more.app.id);
        assert.equal(judge(others, list(after), NOBODY, { ...POLICY, maxLossPercent: 0 }).kind, 'believed');
      }),
    );
  });
});
