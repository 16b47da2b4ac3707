import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CUT, LongLines } from '../../src/marathon/long-lines.ts';

const LONGEST = 5;

/** What a line becomes, whole. */
const expected = (text: string): string =>
  text
    .split(/([\r\n])/)
    .map((part) => (part.length > LONGEST ? part.slice(0, LONGEST) + CUT : part))
    .join('');

test('however the bytes are cut into pieces, lines are as long as they may be', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('\r', '\n', 'x', 'y') }));
  fc.assert(
    fc.property(pieces, (texts) => {
      const lines = new LongLines(LONGEST);
      const out = Buffer.concat(texts.map((text) => lines.shorten(Buffer.from(text)))).toString();
      assert.equal(out, expected(texts.join('')));
    }),
    { numRuns: 1000 },
  );
});

test('an endless line is forgotten as it comes', () => {
  const lines = new LongLines(LONGEST);
  const piece = Buffer.alloc(1000, 'x');
  const kept = Array.from({ length: 100 }, () => lines.shorten(piece).length);
  assert.deepEqual([kept[0], Math.max(...kept.slice(1))], [LONGEST + CUT.length, 0]);
});
