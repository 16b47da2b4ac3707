import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { equal } from '../../src/kit/equal.ts';

const SAME: readonly (readonly [a: unknown, b: unknown])[] = [
  [1, 1],
  ['a', 'a'],
  [NaN, NaN],
  [undefined, undefined],
  [null, null],
  [[], []],
  [{}, {}],
  [new Map(), new Map()],
  [
    { a: 1, b: [2, { c: 3 }] },
    { b: [2, { c: 3 }], a: 1 },
  ],
  [
    new Map([
      ['a', [1]],
      ['b', [2]],
    ]),
    new Map([
      ['b', [2]],
      ['a', [1]],
    ]),
  ],
];

const OTHER: readonly (readonly [a: unknown, b: unknown])[] = [
  [1, 2],
  [1, '1'],
  [0, -0],
  [null, undefined],
  [null, {}],
  [{}, null],
  [[], {}],
  [{}, []],
  [new Map(), {}],
  [{}, new Map()],
  [[1], [1, 2]],
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: undefined }, {}],
  [{ a: undefined }, { b: undefined }],
  [{ toString: 1 }, { other: 1 }],
  [new Map([['a', 1]]), new Map([['a', 2]])],
  [new Map([['a', undefined]]), new Map([['b', undefined]])],
];

describe('equal', () => {
  for (const [index, [a, b]] of SAME.entries()) it(`row ${index} is the same`, () => assert.ok(equal(a, b) && equal(b, a)));
  for (const [index, [a, b]] of OTHER.entries()) it(`row ${index} is other`, () => assert.ok(!equal(a, b) && !equal(b, a)));
});
