import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ServerOptions } from '../../src/desired/desired.ts';
import type { ServerHealth } from '../../src/plan/observed.ts';
import { beginningDown, beginWith, type StartsDown } from '../../src/plan/starting-health.ts';
import { aBackend, aDesired, aServer } from '../kit/builders.ts';

const CHECK: ServerOptions = { check: { intervalSeconds: 5, fall: 4 } };
const UP = { up: true };
const FAILED = { up: false };
const UNCHECKED = { up: false, unchecked: true } as const;

type Row = readonly [
  sentence: string,
  /** undefined: the worker does not know the server. */
  seen: ServerHealth | undefined,
  marathonSays: 'healthy' | 'not healthy',
  expected: StartsDown['because'] | 'up',
];

const ROWS: readonly Row[] = [
  ['up where HAProxy finds it up, whatever Marathon says', UP, 'not healthy', 'up'],
  ['down where its check in HAProxy fails, whatever Marathon says', FAILED, 'healthy', 'found-down'],
  ['and also where Marathon agrees', FAILED, 'not healthy', 'found-down'],
  ['as Marathon says where HAProxy has not checked it: up', UNCHECKED, 'healthy', 'up'],
  ['as Marathon says where HAProxy has not checked it: down', UNCHECKED, 'not healthy', 'unseen'],
  ['as Marathon says where HAProxy does not know it: up', undefined, 'healthy', 'up'],
  ['as Marathon says where HAProxy does not know it: down', undefined, 'not healthy', 'unseen'],
];

const begin = (seen: ServerHealth | undefined, startsDown: boolean, serverOptions = CHECK): readonly StartsDown[] => {
  const server = aServer({ startsDown });
  const health = new Map([['shop_10000', new Map(seen === undefined ? [] : [[server.name, seen]])]]);
  return beginningDown(aDesired([aBackend({ serverOptions, servers: [server] })]), health);
};

describe('in a new worker a server begins', () => {
  for (const [sentence, seen, marathonSays, expected] of ROWS)
    it(sentence, () => {
      const [down] = begin(seen, marathonSays === 'not healthy');
      assert.equal(down?.because ?? 'up', expected);
    });

  it('up where there is no check', () => assert.deepEqual(begin(FAILED, false, {}), []));

  it('as Marathon says where there is no worker to ask', () => {
    const backend = aBackend({ serverOptions: CHECK, servers: [aServer(), aServer({ name: 'b', id: 2, startsDown: true })] });
    const down = beginningDown(aDesired([backend]), new Map());
    assert.deepEqual(
      down.map(({ backend: name, server, because }) => [name, server.name, because]),
      [['shop_10000', 'b', 'unseen']],
    );
  });
});

describe('the servers of tasks that are ending', () => {
  const fresh = aServer({ name: 'fresh', id: 2, startsDown: true });
  const ending = aServer({ name: 'ending', id: 3 });
  const desired = aDesired([aBackend({ serverOptions: CHECK, servers: [fresh], ending: [ending] })]);
  const health = (seen: Readonly<Record<string, ServerHealth>>) => new Map([['shop_10000', new Map(Object.entries(seen))]]);
  const serversOf = (seen: Readonly<Record<string, ServerHealth>>) => {
    const begun = beginWith(desired, health(seen));
    const down = beginningDown(begun, health(seen));
    const servers = begun.backends.get('shop_10000')?.servers.map(({ name }) => name);
    return { servers, down: down.map(({ server, because }) => `${server.name} ${because}`) };
  };

  it('are in a new worker where no other serves at once', () =>
    assert.deepEqual(serversOf({ ending: UP }), { servers: ['fresh', 'ending'], down: ['fresh unseen'] }));
  it('and begin down where their own check failed', () =>
    assert.deepEqual(serversOf({ ending: FAILED }).down, ['fresh unseen', 'ending found-down']));
  it('are not where another serves', () => assert.deepEqual(serversOf({ fresh: UP, ending: UP }), { servers: ['fresh'], down: [] }));
  it('else it is what is desired, the same value', () => assert.equal(beginWith(desired, health({ fresh: UP })), desired));
});
