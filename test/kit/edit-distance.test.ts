import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { editDistance } from '../../src/kit/edit-distance.ts';

const ROWS: readonly (readonly [a: string, b: string, slips: number])[] = [
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'ab', 1],
  ['kitten', 'sitting', 3],
  ['VHSOT', 'VHOST', 2],
];

describe('edit distance', () => {
  for (const [a, b, slips] of ROWS)
    it(`from '${a}' to '${b}' is ${slips}, and the same back`, () => {
      assert.equal(editDistance(a, b), slips);
      assert.equal(editDistance(b, a), slips);
    });
});
