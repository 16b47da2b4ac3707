import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Change } from '../../src/desired/change.ts';
import type { Server } from '../../src/desired/desired.ts';
import type { BuildOptions } from '../../src/desired/options.ts';
import type { AppEntry } from '../../src/model/model.ts';
import type { Task } from '../../src/model/task.ts';
import { Picture } from '../../src/picture/picture.ts';
import { aBook, aRollout, someShares } from '../kit/books.ts';
import { aCheck, anEntry, aTask, someGlobals, someOptions } from '../kit/builders.ts';

const NAME = 'shop_10000';
const GROUP = { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop' };

const tasksOf = (colour: string, count: number, changes: Partial<Task> = {}): readonly Task[] =>
  Array.from({ length: count }, (_, index) =>
    aTask({ id: `${colour}.${index}`, host: `10.0.${colour.length}.${index + 1}`, ports: [31000], ...changes }),
  );

const aColour = (colour: string, tasks: readonly Task[], labels: Readonly<Record<string, string>> = {}): AppEntry =>
  anEntry({ id: `/shop-${colour}`, instances: tasks.length, labels: { ...GROUP, ...labels } }, tasks);

const open = (entries: readonly AppEntry[], options: Partial<BuildOptions> = {}): Picture => {
  const picture = new Picture(someOptions(options), someGlobals());
  picture.take({ kind: 'snapshot', entries, keep: new Set() });
  return picture;
};

const serversOf = (picture: Picture, backend = NAME): readonly Server[] => {
  const found = picture.desired.backends.get(backend);
  assert.ok(found, `no backend ${backend}`);
  return found.servers;
};

/** 'weight state' of each server of an app, by its task. */
const wordsOf = (picture: Picture, appId: string): readonly string[] => {
  const servers = new Map(serversOf(picture).map((server) => [server.name, server]));
  const places = picture.places(appId).filter((place) => place.appId === appId);
  return places.map(({ server }) => `${servers.get(server)?.weight ?? -1} ${servers.get(server)?.state ?? 'missing'}`);
};

const sumOf = (picture: Picture, appId: string): number =>
  wordsOf(picture, appId).reduce((sum, words) => sum + (words.endsWith(' ready') ? Number.parseInt(words, 10) : 0), 0);

const assertShare = (picture: Picture, appId: string, percent: number): void => {
  const all = ['/shop-blue', '/shop-green'].reduce((sum, id) => sum + sumOf(picture, id), 0);
  const is = (100 * sumOf(picture, appId)) / all;
  assert.ok(Math.abs(is - percent) <= 0.5, `${appId} has ${is} %, not ${percent}`);
};

const backendsOf = (change: Change): readonly string[] => [...change.backends];
const blue3 = aColour('blue', tasksOf('blue', 3));
const green1 = aColour('green', tasksOf('green', 1));
const quarter = someShares({ '/shop-blue': 75, '/shop-green': 25 });

describe('shares of a deployment group', () => {
  it('are weights, whatever the numbers of instances, and follow instances as they come, end and fail', () => {
    const picture = open([blue3, green1]);
    assert.deepEqual(backendsOf(picture.takeBook(aBook({ shares: { '/shop': quarter } }))), [NAME]);
    assertShare(picture, '/shop-green', 25);
    for (const count of [2, 7, 1]) {
      picture.take({ kind: 'app', entry: aColour('green', tasksOf('green', count)) });
      assertShare(picture, '/shop-green', 25);
    }
    picture.take({
      kind: 'app',
      entry: aColour('blue', [...tasksOf('blue', 2), ...tasksOf('blue', 3, { state: 'TASK_FAILED' }).slice(2)]),
    });
    assertShare(picture, '/shop-green', 25);
  });

  it('are taken back: then it is as deployment tools have it', () => {
    const picture = open([blue3, green1]);
    const before = serversOf(picture);
    picture.takeBook(aBook({ shares: { '/shop': quarter } }));
    picture.takeBook(aBook({ revision: 2 }));
    assert.deepEqual(serversOf(picture), before);
  });

  it('do not drain by counting', () => {
    const dated = (colour: string, year: number) => ({
      HAPROXY_DEPLOYMENT_STARTED_AT: `${year}-01-01T00:00:00`,
      HAPROXY_DEPLOYMENT_NEW_INSTANCES: '0',
      HAPROXY_DEPLOYMENT_TARGET_INSTANCES: '3',
      HAPROXY_DEPLOYMENT_COLOUR: colour,
    });
    const picture = open([
      aColour('blue', tasksOf('blue', 3), dated('blue', 2025)),
      aColour('green', tasksOf('green', 1), dated('green', 2026)),
    ]);
    assert.ok(serversOf(picture).some(({ state }) => state === 'maint'));
    picture.takeBook(aBook({ shares: { '/shop': quarter } }));
    assert.ok(serversOf(picture).every(({ state }) => state === 'ready'));
    assertShare(picture, '/shop-green', 25);
  });

  it('leave an app without a share its own clients, and one that was given up none', () => {
    const picture = open([blue3, green1]);
    picture.takeBook(aBook({ shares: { '/shop': someShares({ '/shop-blue': 100, '/shop-green': 0 }) } }));
    assert.deepEqual(wordsOf(picture, '/shop-green'), ['0 ready']);
    picture.takeBook(aBook({ revision: 2, shares: { '/shop': someShares({ '/shop-blue': 100, '/shop-green': 0 }, ['/shop-green']) } }));
    assert.deepEqual(wordsOf(picture, '/shop-green'), ['0 maint']);
  });

  it('count only what serves, and leave what is down ready to come back', () => {
    const picture = open([blue3, aColour('green', tasksOf('green', 2))]);
    picture.takeBook(aBook({ shares: { '/shop': quarter } }));
    const [first] = picture.places('/shop-green').filter(({ appId }) => appId === '/shop-green');
    assert.ok(first);
    assert.deepEqual(backendsOf(picture.setDown(new Map([[NAME, new Set([first.server])]]))), [NAME]);
    const [down, up] = wordsOf(picture, '/shop-green').map((words) => Number.parseInt(words, 10));
    assert.ok(down !== undefined && up !== undefined && down > 0);
    assert.ok(Math.abs((100 * up) / (up + sumOf(picture, '/shop-blue')) - 25) <= 0.5);
    assert.deepEqual(backendsOf(picture.setDown(new Map())), [NAME]);
    assertShare(picture, '/shop-green', 25);
    assert.deepEqual(backendsOf(picture.setDown(new Map())), []);
  });

  it('are less than service: the others take all where nobody with a share can', () => {
    const picture = open([blue3, aColour('green', [])]);
    picture.takeBook(aBook({ shares: { '/shop': someShares({ '/shop-blue': 0, '/shop-green': 100 }) } }));
    assert.ok(sumOf(picture, '/shop-blue') > 0);
    picture.take({ kind: 'app', entry: green1 });
    assert.equal(sumOf(picture, '/shop-blue'), 0);
    assert.ok(sumOf(picture, '/shop-green') > 0);
  });

  it('use what was given up only where nothing else is left', () => {
    const shares = someShares({ '/shop-blue': 100, '/shop-green': 0 }, ['/shop-green']);
    const picture = open([aColour('blue', []), green1]);
    picture.takeBook(aBook({ shares: { '/shop': shares } }));
    assert.ok(sumOf(picture, '/shop-green') > 0);
  });

  it('count a task that Marathon has not seen healthy as down', () => {
    const checked = { healthChecks: [aCheck()] };
    const blue = anEntry({ ...blue3.app, ...checked }, tasksOf('blue', 3, { health: 'healthy' }));
    const tasks = [...tasksOf('green', 1, { health: 'healthy' }), aTask({ id: 'green.9', host: '10.0.5.9', health: 'unknown' })];
    const picture = open([blue, anEntry({ ...green1.app, ...checked }, tasks)]);
    picture.takeBook(aBook({ shares: { '/shop': quarter } }));
    const [up] = wordsOf(picture, '/shop-green').map((words) => Number.parseInt(words, 10));
    assert.ok(up !== undefined && Math.abs((100 * up) / (up + sumOf(picture, '/shop-blue')) - 25) <= 0.5);
  });

  it('bring an app into the group that has no label for it', () => {
    const picture = open([blue3, anEntry({ id: '/next', labels: { HAPROXY_GROUP: 'external' } }, tasksOf('yellow', 1))]);
    picture.takeBook(aBook({ shares: { '/shop': someShares({ '/shop-blue': 50, '/next': 50 }) } }));
    assert.equal(serversOf(picture).length, 4);
    assert.equal(picture.desired.backends.get('next_10000'), undefined);
    picture.takeBook(aBook({ revision: 2 }));
    assert.equal(serversOf(picture, 'next_10000').length, 1);
  });

  it('are told of where load balancing does not keep them, and then all goes to the largest', () => {
    for (const balance of ['leastconn', 'source', 'random']) {
      const labels = { HAPROXY_0_BALANCE: balance };
      const picture = open([aColour('blue', tasksOf('blue', 3), labels), aColour('green', tasksOf('green', 1), labels)]);
      picture.takeBook(aBook({ shares: { '/shop': quarter } }));
      assert.ok(wordsOf(picture, '/shop-green')[0]?.endsWith(' drain'));
      assert.ok(wordsOf(picture, '/shop-blue').every((words) => words === '1 ready'));
      const [problem] = picture.problems();
      assert.match(problem?.message ?? '', new RegExp(`^load balancing ${balance} .*: all goes to the largest one$`));
      picture.takeBook(aBook({ revision: 2, shares: { '/shop': someShares({ '/shop-blue': 0, '/shop-green': 100 }) } }));
      assert.deepEqual(picture.problems(), []);
      assert.deepEqual(wordsOf(picture, '/shop-green'), ['1 ready']);
    }
  });

  it('do not move weights of others when one instance comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 99 }),
        (blues, greens, percent) => {
          const picture = open([aColour('blue', tasksOf('blue', blues)), aColour('green', tasksOf('green', greens))]);
          picture.takeBook(aBook({ shares: { '/shop': someShares({ '/shop-blue': 100 - percent, '/shop-green': percent }) } }));
          assertShare(picture, '/shop-green', percent);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a book', () => {
  const alone = anEntry({ id: '/shop', labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example' } }, tasksOf('blue', 3));
  const by = { by: 'ada', at: '2026-11-22T10:00:00.000Z' };
  const [one, two] = tasksOf('blue', 2);
  assert.ok(one && two);

  it('drains a task or an agent, in a group or not', () => {
    for (const override of [
      { ...by, id: 'a', kind: 'drain-task', taskId: one.id } as const,
      { ...by, id: 'a', kind: 'drain-agent', host: one.host } as const,
    ]) {
      const picture = open([alone]);
      assert.deepEqual(backendsOf(picture.takeBook(aBook({ overrides: [override] }))), [NAME]);
      assert.deepEqual(wordsOf(picture, '/shop'), ['0 drain', '1 ready', '1 ready']);
      picture.takeBook(aBook({ revision: 2 }));
      assert.deepEqual(wordsOf(picture, '/shop'), ['1 ready', '1 ready', '1 ready']);
      const grouped = open([blue3, green1]);
      grouped.takeBook(aBook({ shares: { '/shop': quarter }, overrides: [override] }));
      assert.equal(wordsOf(grouped, '/shop-blue')[0], '0 drain');
      assertShare(grouped, '/shop-green', 25);
    }
  });

  it('gives a task a weight, and does not count one of 0', () => {
    const picture = open([blue3, green1]);
    const override = { ...by, id: 'a', kind: 'weight', taskId: one.id, weight: 0 } as const;
    picture.takeBook(aBook({ shares: { '/shop': quarter }, overrides: [override] }));
    assert.equal(wordsOf(picture, '/shop-blue')[0], '0 ready');
    assertShare(picture, '/shop-green', 25);
    picture.takeBook(aBook({ revision: 2, overrides: [{ ...override, weight: 7 }] }));
    assert.deepEqual(wordsOf(picture, '/shop-blue'), ['7 ready', '1 ready', '1 ready']);
  });

  it('takes an app out of service and keeps its routes, also when it has no task', () => {
    const picture = open([alone]);
    const maintenance = aBook({ overrides: [{ ...by, id: 'a', kind: 'maintenance', appId: '/shop' }] });
    const routes = [...(picture.desired.maps.get('routes') ?? [])];
    picture.takeBook(maintenance);
    assert.deepEqual(wordsOf(picture, '/shop'), ['1 maint', '1 maint', '1 maint']);
    picture.take({ kind: 'app', entry: { ...alone, tasks: new Map() } });
    assert.deepEqual([...(picture.desired.maps.get('routes') ?? [])], routes);
  });

  it('takes a whole group out of service by its id or by that of one of its apps', () => {
    for (const appId of ['/shop', '/shop-green']) {
      const picture = open([blue3, green1]);
      picture.takeBook(aBook({ overrides: [{ ...by, id: 'a', kind: 'maintenance', appId }] }));
      assert.ok(serversOf(picture).every(({ state }) => state === 'maint'));
    }
  });

  it('drains the tasks that a rollout is about to end, unless nobody else serves', () => {
    const picture = open([blue3, green1]);
    const rollout = aRollout({ from: '/shop-blue', to: '/shop-green', draining: [one.id] });
    const shares = someShares({ '/shop-blue': 50, '/shop-green': 50 });
    picture.takeBook(aBook({ shares: { '/shop': shares }, rollouts: [rollout] }));
    assert.equal(wordsOf(picture, '/shop-blue')[0], '0 drain');
    assertShare(picture, '/shop-green', 50);
    picture.take({ kind: 'snapshot', entries: [aColour('blue', [one]), aColour('green', [])], keep: new Set() });
    assert.match(wordsOf(picture, '/shop-blue')[0] ?? '', / ready$/);
  });

  it('is of no concern to other apps', () => {
    const other = anEntry({ id: '/other', labels: { HAPROXY_GROUP: 'external' } }, [aTask({ id: 'other.1', host: '10.9.9.9' })]);
    const picture = open([other, blue3, green1]);
    const before = picture.desired.backends.get('other_10000');
    picture.takeBook(aBook({ shares: { '/shop': quarter }, overrides: [{ ...by, id: 'a', kind: 'drain-task', taskId: one.id }] }));
    assert.equal(picture.desired.backends.get('other_10000'), before);
  });
});

describe('an app that is rolled out and has never said that it is in a group', () => {
  const labels = { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example' };
  const shop = anEntry({ id: '/shop', labels, version: '2026-01-02T00:00:00.000Z' }, tasksOf('blue', 2));
  // Older, so that its definition would count.
  const tenant = (group: string): AppEntry =>
    anEntry({ id: '/zz', labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'zz.example', HAPROXY_DEPLOYMENT_GROUP: group } }, [
      aTask({ id: 'zz.1', host: '10.9.9.9', ports: [31000] }),
    ]);
  const decided = aBook({ shares: { '/shop': someShares({ '/shop': 100, '/shop-green': 0 }) } });

  const assertOutside = (picture: Picture): void => {
    assert.deepEqual(picture.members('/shop'), ['/shop', '/shop-green']);
    assert.deepEqual(
      wordsOf(picture, '/shop').map((words) => words.endsWith(' ready')),
      [true, true],
    );
    assert.ok(serversOf(picture).every(({ address }) => address !== '10.9.9.9'));
    const told = picture.problems().filter(({ appId }) => appId === '/zz');
    assert.match(
      told.map(({ message }) => message).join(),
      /that name is the app \/shop's, which does not say so itself: it is served as \/zz/,
    );
    assert.deepEqual(
      serversOf(picture, 'zz_10000').map(({ address }) => address),
      ['10.9.9.9'],
    );
  };

  it('is not joined by whoever writes its name into a label, whichever comes first', () => {
    for (const group of ['/shop', 'shop']) {
      const before = open([shop, green1, tenant(group)]);
      before.takeBook(decided);
      assertOutside(before);
      const after = open([shop, green1]);
      after.takeBook(decided);
      after.take({ kind: 'snapshot', entries: [shop, green1, tenant(group)], keep: new Set() });
      assertOutside(after);
    }
  });

  it('is joined by one that an operator gives a share', () => {
    const picture = open([shop, green1, tenant('shop')]);
    picture.takeBook(decided);
    picture.takeBook(aBook({ shares: { '/shop': someShares({ '/shop': 50, '/shop-green': 0, '/zz': 50 }) } }));
    assert.deepEqual(picture.members('/shop'), ['/shop', '/shop-green', '/zz']);
    picture.takeBook(decided);
    assertOutside(picture);
  });

  it('is joined again once it says the group itself', () => {
    const picture = open([shop, green1, tenant('shop')]);
    picture.takeBook(decided);
    const saying = anEntry({ id: '/shop', labels: { ...labels, HAPROXY_DEPLOYMENT_GROUP: 'shop' } }, tasksOf('blue', 2));
    picture.take({ kind: 'snapshot', entries: [saying, green1, tenant('shop')], keep: new Set() });
    assert.deepEqual(picture.members('/shop'), ['/shop', '/shop-green', '/zz']);
  });
});
