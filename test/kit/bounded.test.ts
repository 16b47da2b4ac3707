import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { boundedList, boundedRecord } from '../../src/kit/bounded.ts';

const looking = (): { readonly element: z.ZodType<number>; readonly looked: unknown[] } => {
  const looked: unknown[] = [];
  const isNumber = (value: unknown): boolean => {
    looked.push(value);
    return typeof value === 'number';
  };
  return { element: z.custom<number>(isNumber), looked };
};

describe('bounded lists and records', () => {
  it('are taken where all elements are right', () => {
    const { element } = looking();
    assert.deepEqual(boundedList(element, 3).parse([1, 2, 3]), [1, 2, 3]);
    const told = JSON.parse('{"a":1,"__proto__":2}') as unknown;
    assert.deepEqual(Object.entries(boundedRecord(element, 2).parse(told)), [
      ['a', 1],
      ['__proto__', 2],
    ]);
  });

  it('are refused at the first element that is wrong: none is looked at behind it', () => {
    for (const told of [[1, 'x', 2, 'y'], { a: 1, b: 'x', c: 2, d: 'y' }]) {
      const { element, looked } = looking();
      const schema = Array.isArray(told) ? boundedList(element, 9) : boundedRecord(element, 9);
      const { error } = schema.safeParse(told);
      assert.deepEqual([error?.issues.length, error?.issues[0]?.message], [1, 'its element 1 is wrong']);
      assert.deepEqual(looked, [1, 'x']);
    }
  });

  it('are refused where they are too long, or something else, before any element is looked at', () => {
    const { element, looked } = looking();
    for (const told of [[1, 2], { length: 1 }, 'x', null, undefined]) assert.ok(!boundedList(element, 1).safeParse(told).success);
    for (const told of [{ a: 1, b: 2 }, [1], 'x', null, undefined]) assert.ok(!boundedRecord(element, 1).safeParse(told).success);
    assert.deepEqual(looked, []);
  });
});
