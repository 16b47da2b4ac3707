import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elementsOf } from '../../src/marathon/payload/elements.ts';

const read = (text: string): unknown[] => [...elementsOf(Buffer.from(text), 'apps')];

test('yields what JSON.parse yields, for any JSON in any spacing', () => {
  const property = fc.property(
    fc.array(fc.jsonValue()),
    fc.dictionary(fc.string(), fc.jsonValue()),
    fc.constantFrom(0, 1, '\t', '\r\n '),
    (apps, rest, space) => {
      const others = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'apps'));
      const text = JSON.stringify({ ...others, apps, behind: { apps: [1] } }, null, space);
      assert.deepEqual(read(text), (JSON.parse(text) as { apps: unknown[] }).apps);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('refuses every text that is cut off', () => {
  const text = JSON.stringify({ a: 'x', apps: [{ id: '/a"\\', n: [1, { b: null }] }, 3, 'end'] });
  for (let length = 0; length < text.length; length += 1)
    assert.throws(() => read(text.slice(0, length)), SyntaxError, text.slice(0, length));
});

const NO_LISTS = [
  '[]',
  '{}',
  '"apps"',
  '{"apps":null}',
  '{"apps":{}}',
  '{"apps":[1,]}',
  '{"apps":[1 2]}',
  '{"apps":[]} x',
  '<html></html>',
  '{"apps":[{"a":}]}',
];
for (const text of NO_LISTS) test(`refuses ${text}`, () => assert.throws(() => read(text), SyntaxError));

test('an empty list is a list', () => assert.deepEqual(read(' { "apps" : [ ] } '), []));
