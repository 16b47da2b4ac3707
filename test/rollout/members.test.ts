import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App } from '../../src/model/app.ts';
import type { AppEntry } from '../../src/model/model.ts';
import type { Task } from '../../src/model/task.ts';
import { Picture } from '../../src/picture/picture.ts';
import { groupMembers } from '../../src/rollout/members.ts';
import { aBook, aRollout, someShares } from '../kit/books.ts';
import { aCheck, anEntry, aTask, labels, someGlobals, someOptions } from '../kit/builders.ts';

const inGroup = (id: string, group?: string, more: Partial<App> = {}, tasks: readonly Task[] = []): AppEntry =>
  anEntry({ id, ...labels(group === undefined ? {} : { HAPROXY_DEPLOYMENT_GROUP: group }), ...more }, tasks);

const open = (...entries: readonly AppEntry[]): Picture => {
  const picture = new Picture(someOptions(), someGlobals());
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  return picture;
};

/** Group -> ids of its apps, after the picture has this book too. */
const idsIn = (picture: Picture, book: ReturnType<typeof aBook>): Readonly<Record<string, readonly string[]>> => {
  picture.takeBook(book);
  const members = groupMembers(picture, book);
  return Object.fromEntries([...members].map(([group, ofGroup]) => [group, ofGroup.map(({ appId }) => appId)]));
};

test('an app is in the group that its backend is in: in that of its label, else in that of the book, never in two', () => {
  const picture = open(inGroup('/shop-blue', 'shop'), inGroup('/old'), inGroup('/given-up'), inGroup('/stray', 'other'), inGroup('/alone'));
  assert.deepEqual(idsIn(picture, aBook()), { '/other': ['/stray'], '/shop': ['/shop-blue'] });
  const shares = someShares({ '/shop-blue': 50, '/old': 50, '/stray': 0 }, ['/given-up']);
  const book = aBook({ revision: 2, shares: { '/shop': shares }, rollouts: [aRollout({ from: '/old', to: '/shop-blue' })] });
  const after = idsIn(picture, book);
  assert.deepEqual(after, { '/other': ['/stray'], '/shop': ['/given-up', '/old', '/shop-blue'] });
  for (const [group, ids] of Object.entries(after)) assert.deepEqual(picture.members(group), ids);
});

test('a group that only the book speaks of has no apps', () => {
  const book = aBook({ shares: { '/gone': someShares({ '/gone-blue': 100 }) }, rollouts: [aRollout({ from: '/a', to: '/b' })] });
  assert.deepEqual(idsIn(open(), book), { '/gone': [], '/shop': [] });
});

test('counts those that run, and of these those that are found well', () => {
  const tasks = [
    aTask({ id: 'a', health: 'healthy' }),
    aTask({ id: 'b', health: 'unhealthy' }),
    aTask({ id: 'c', health: 'unknown' }),
    aTask({ id: 'd', state: 'TASK_STAGING' }),
  ];
  const more = { instances: 4, healthChecks: [aCheck()] };
  const picture = open(inGroup('/shop-blue', 'shop', more, tasks), inGroup('/shop-green', 'shop', { instances: 4 }, tasks));
  const [blue, green] = groupMembers(picture, aBook()).get('/shop') ?? [];
  assert.deepEqual(blue, { appId: '/shop-blue', colour: 'blue', instances: 4, running: 3, healthy: 1 });
  assert.equal(green?.healthy, 3, 'without checks all that run are');
});
