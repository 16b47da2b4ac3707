import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Picture } from '../../src/picture/picture.ts';
import { bookViewsOf } from '../../src/report/book-views.ts';
import type { KnownProblem } from '../../src/report/known-problems.ts';
import type { Book } from '../../src/rollout/book.ts';
import { anEntry, someGlobals, someOptions } from '../kit/builders.ts';
import { SIGNED, someRollout } from '../kit/kept-books.ts';

const BOOK: Book = { revision: 3, shares: new Map(), rollouts: new Map([['/shop', someRollout()]]), overrides: new Map() };

const anApp = (id: string, group: string) => anEntry({ id, labels: { HAPROXY_DEPLOYMENT_GROUP: group } });

const problem = (message: string, about: Partial<KnownProblem>): KnownProblem => ({
  appId: '/sluice/rollouts',
  message,
  since: SIGNED.at,
  ...about,
});

const viewsOf = (list: () => readonly KnownProblem[]) => {
  const picture = new Picture(someOptions(), someGlobals());
  const entries = [
    anApp('/shop-blue', '/shop'),
    anApp('/shop-green', '/shop'),
    anApp('/one', '/one'),
    anApp('/a', '/two'),
    anApp('/b', '/two'),
  ];
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  return bookViewsOf({ picture, problems: { list }, bookKeeper: { book: BOOK, store: 'the labels' } });
};

test('tells each group of its own problems and of those of its apps, and looks for them once', () => {
  let looks = 0;
  const all = [
    problem('first', { appId: '/b' }),
    problem('second', { label: 'SLUICE_SHARES:/two', group: '/two' }),
    problem('third', { appId: '/shop-green', label: 'HAPROXY_0_MODE' }),
    problem('fourth', { appId: '/one' }),
  ];
  const { groups } = viewsOf(() => {
    looks += 1;
    return all;
  }).list();
  assert.deepEqual(
    groups.map(({ group, problems }) => [group, problems.map(({ message }) => message)]),
    [
      ['/shop', ['third']],
      ['/two', ['first', 'second']],
    ],
  );
  assert.equal(looks, 1);
  const one = viewsOf(() => all).one('/one');
  assert.deepEqual(one?.problems, [all[3]]);
});

test('tells nobody the definitions of a rollout: passwords are in their environment', () => {
  const views = viewsOf(() => []);
  assert.equal(views.one('/shop')?.rollout?.to, '/shop-green');
  for (const told of [views.list().groups[0]?.rollout, views.one('/shop')?.rollout]) assert.equal('definitions' in (told ?? {}), false);
});
