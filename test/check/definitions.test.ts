import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { definitionsIn } from '../../src/check/definitions.ts';

const ids = (json: unknown): readonly string[] => definitionsIn(json).map(({ appId }) => appId);

const ROWS: readonly (readonly [what: string, json: unknown, ids: readonly string[]])[] = [
  ['an answer of GET /v2/apps', { apps: [{ id: '/a' }, { id: '/b' }] }, ['/a', '/b']],
  ['an answer without apps', { apps: [] }, []],
  ['an answer of GET /v2/apps/ID', { app: { id: '/a/b' } }, ['/a/b']],
  ['an answer of GET /v2/apps/GROUP/*', { '*': [{ id: '/g/a' }, { id: '/g/b' }] }, ['/g/a', '/g/b']],
  ['one definition', { id: '/a' }, ['/a']],
  ['one definition whose id has no slash', { id: 'shop/cart' }, ['/shop/cart']],
  ['a list of definitions', [{ id: '/a' }, { id: 'b' }], ['/a', '/b']],
  ['an empty list', [], []],
  ['a list of lists and groups', [[{ id: '/a' }], { id: '/g', apps: [{ id: 'b' }] }], ['/a', '/g/b']],
  [
    'a group with groups in it',
    {
      id: '/team',
      apps: [{ id: 'a' }, { id: '/team/b' }],
      groups: [{ id: 'x', apps: [{ id: 'c' }, { id: '../d' }], groups: [{ id: '/team/x/y', apps: [{ id: 'e' }] }] }],
    },
    ['/team/a', '/team/b', '/team/x/c', '/team/d', '/team/x/y/e'],
  ],
  ['a group whose lists are null', { id: '/team', apps: null, groups: null }, []],
  ['what is no app', [7, null, 'x', {}, { id: 7 }], ['', '', '', '', '']],
];

const NONE: readonly (readonly [what: string, json: unknown])[] = [
  ['a number', 7],
  ['null', null],
  ['a text', 'apps'],
  ['an object of something else', { frameworks: [] }],
  ['a group whose apps are no list', { id: '/team', apps: { a: 1 } }],
];

describe('definitions in a file', () => {
  for (const [what, json, expected] of ROWS) it(`finds those of ${what}`, () => assert.deepEqual(ids(json), expected));
  for (const [what, json] of NONE) it(`finds none in ${what}, and says so`, () => assert.throws(() => definitionsIn(json), SyntaxError));

  it('finds what is nested as deep as a file can be', () => {
    let json: object = { id: 'app' };
    for (let depth = 0; depth < 20_000; depth += 1) json = { groups: [], apps: [json] };
    assert.deepEqual(ids(json), ['/app']);
  });

  it('finds pods beside apps', () => {
    assert.deepEqual(ids({ id: '/g', pods: [{ id: 'p', containers: [] }], apps: [{ id: 'a' }] }), ['/g/a', '/g/p']);
  });
});
