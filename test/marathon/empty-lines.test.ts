import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EmptyLines } from '../../src/marathon/empty-lines.ts';

const TABLE: readonly (readonly [text: string, expected: boolean])[] = [
  ['\n', true],
  ['\r\n', true],
  ['\r', true],
  ['x', false],
  ['x\n', false],
  ['x\r\n', false],
  ['x\n\n', true],
  ['x\r\n\r\n', true],
  ['x\r\r', true],
  ['x\ny\r\nz\r', false],
  ['data: x\r\ndata: y\r\n', false],
];

for (const [text, expected] of TABLE) {
  test(`${JSON.stringify(text)} ${expected ? 'has' : 'has no'} empty line`, () => {
    assert.equal(new EmptyLines().isIn(Buffer.from(text)), expected);
  });
}

test('however the bytes are cut, an empty line is found where one is', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('\r', '\n', 'x') }));
  fc.assert(
    fc.property(pieces, (texts) => {
      const lines = new EmptyLines();
      const found = texts.map((text) => lines.isIn(Buffer.from(text))).some(Boolean);
      assert.equal(found, /^(?:\r|\n)|\n\n|\r\r|\n\r/.test(texts.join('')));
    }),
  );
});
