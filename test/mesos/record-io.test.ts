import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RecordReader } from '../../src/mesos/stream/record-io.ts';

const framed = (records: readonly string[]): Buffer => Buffer.concat(records.map((it) => Buffer.from(`${Buffer.byteLength(it)}\n${it}`)));

const inPieces = (bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((one, other) => one - other);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

const WRONG: readonly (readonly [sentence: string, bytes: string, message: RegExp])[] = [
  ['what does not begin with a length', 'event: x\n', /does not begin with its length/],
  ['a negative length', '-1\n', /does not begin with its length/],
  ['an empty length', '\n{}', /does not begin with its length/],
  ['a page without a line feed', '<html><head><title>', /does not begin with its length/],
  ['a record that is too long', '101\n', /has 101 bytes, more than the 100/],
];

describe('RecordIO', () => {
  it('gives back the same records, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat()), (records, cuts) => {
        const reader = new RecordReader(10_000);
        const read = inPieces(framed(records), cuts).flatMap((piece) => reader.push(piece));
        assert.deepEqual(
          read.map((it) => it.toString('utf8')),
          records,
        );
      }),
    );
  });

  for (const [sentence, bytes, message] of WRONG)
    it(`refuses ${sentence}`, () => {
      assert.throws(() => new RecordReader(100).push(Buffer.from(bytes)), message);
      const reader = new RecordReader(100);
      assert.throws(() => Buffer.from(bytes).forEach((byte) => reader.push(Buffer.of(byte))), message);
    });
});
