import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inventoryOf } from '../../src/book/inventory.ts';
import { without } from '../../src/kit/without.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { AppEntry } from '../../src/model/model.ts';
import type { Task } from '../../src/model/task.ts';
import { Picture } from '../../src/picture/picture.ts';
import { isRefusal } from '../../src/rollout/refusal.ts';
import { setOverride } from '../../src/rollout/edits/overrides.ts';
import { groupMembers } from '../../src/rollout/members.ts';
import { aBook, someShares } from '../kit/books.ts';
import { aCheck, anEntry, aTask, labels, someGlobals, someOptions } from '../kit/builders.ts';
import { SIGNED } from '../kit/kept-books.ts';

type Told = Partial<Pick<Task, 'state' | 'health'>>;

const tasksOf = (name: string, told: readonly Told[]): readonly Task[] =>
  told.map((one, at) => aTask({ id: `${name}.${at + 1}`, host: `10.0.${name.length}.${at + 1}`, ...one }));

const anApp = (told: readonly Told[], check = aCheck()): readonly AppEntry[] => [
  anEntry({ id: '/shop', healthChecks: [check] }, tasksOf('shop', told)),
];

/** What is said when these tasks have been drained, one after the other. */
const saidOf = (
  taskIds: readonly string[],
  entries: readonly AppEntry[],
  options: Partial<BuildOptions> = {},
  before = aBook(),
): readonly string[] => {
  const picture = new Picture(someOptions(options), someGlobals());
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  let [book, notes]: [typeof before, readonly string[]] = [before, []];
  for (const of of taskIds) {
    picture.takeBook(book);
    const done = setOverride({ kind: 'drain', of }, SIGNED, inventoryOf(picture, groupMembers(picture, book)))(book);
    if (isRefusal(done)) assert.fail(done.because);
    book = { ...done.book, revision: book.revision + 1 };
    notes = done.value.notes;
  }
  return notes;
};

const EMPTY = (appId: string): string => `${appId} has no task left that takes anything new: its requests are answered 503`;

describe('a drain', () => {
  const leaves: readonly (readonly [others: Told, options: Partial<BuildOptions>, isEmpty: boolean])[] = [
    [{ health: 'unknown' }, {}, false],
    [{ health: 'healthy' }, {}, false],
    [{ state: 'TASK_UNREACHABLE' }, {}, false],
    [{ health: 'unknown' }, { healthCheck: true }, true],
    [{ health: 'unhealthy' }, {}, true],
    [{ state: 'TASK_KILLING', health: 'healthy' }, {}, true],
    [{ state: 'TASK_STAGING' }, {}, true],
  ];
  for (const [other, options, isEmpty] of leaves)
    it(`of a healthy task leaves ${isEmpty ? 'nobody' : 'somebody'} beside ${JSON.stringify({ ...other, ...options })}`, () => {
      assert.deepEqual(saidOf(['shop.1'], anApp([{ health: 'healthy' }, other]), options), isEmpty ? [EMPTY('/shop')] : []);
    });

  it('leaves somebody whom Marathon finds ill by a check that HAProxy does not have', () => {
    const entries = anApp([{ health: 'healthy' }, { health: 'unhealthy' }], { ...without(aCheck(), 'portIndex'), protocol: 'COMMAND' });
    assert.deepEqual(saidOf(['shop.1'], entries), []);
  });

  it('of all tasks that Marathon does not know leaves nobody', () => {
    assert.deepEqual(saidOf(['shop.1', 'shop.2'], anApp([{}, {}])), [EMPTY('/shop')]);
  });

  it('of an app that is not served takes nothing away', () => {
    assert.deepEqual(saidOf(['shop.1'], [anEntry({ labels: {} }, tasksOf('shop', [{}]))]), []);
  });

  const colours = ['blue', 'green'].map((name) =>
    anEntry({ id: `/shop-${name}`, ...labels({ HAPROXY_DEPLOYMENT_GROUP: 'shop' }) }, tasksOf(name, [{}])),
  );

  it('of one app leaves the others of its group, also those without a share', () => {
    const book = aBook({ shares: { '/shop': someShares({ '/shop-blue': 100, '/shop-green': 0 }) } });
    assert.deepEqual(saidOf(['blue.1'], colours, {}, book), []);
    assert.deepEqual(saidOf(['blue.1', 'green.1'], colours, {}, book), [EMPTY('/shop-green')]);
  });

  it('leaves nobody where the other app of the group was given up', () => {
    const book = aBook({ shares: { '/shop': someShares({ '/shop-blue': 100 }, ['/shop-green']) } });
    assert.deepEqual(saidOf(['blue.1'], colours, {}, book), [EMPTY('/shop-blue')]);
  });
});
