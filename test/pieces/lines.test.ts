import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lineText, wordsOf } from '../../src/pieces/lines.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';

const READ: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['', []],
  ['  \t ', []],
  ['  # a comment', []],
  ['  balance  roundrobin # why', ['balance', 'roundrobin']],
  ['\tmode\thttp\t', ['mode', 'http']],
  ['rspadd X:\\ y', ['rspadd', 'X: y']],
  ['reqirep ^([^\\ :]*)\\ /a/(.*) \\1\\ /\\2', ['reqirep', '^([^ :]*) /a/(.*)', '\\1 /\\2']],
  ['reqirep "^([^ :]*) /a/?(.*)" "\\1\\ /\\2"', ['reqirep', '^([^ :]*) /a/?(.*)', '\\1 /\\2']],
  ['option httpchk GET / HTTP/1.1\\r\\nHost:\\ x', ['option', 'httpchk', 'GET', '/', 'HTTP/1.1\r\nHost: x']],
  ['a \'b \\n "c" #d\'e', ['a', 'b \\n "c" #de']],
  ['a "b \'c\' #d"', ['a', "b 'c' #d"]],
  ['a\\#b c#d', ['a#b', 'c']],
  ['a "" b', ['a', '', 'b']],
  ['\\x66rontend', ['frontend']],
  ['"fron"tend x', ['frontend', 'x']],
  ['a \\$b $c ${d}', ['a', '$b', '$c', '${d}']],
  ['a "\\$b $ $1"', ['a', '$b $ $1']],
  ['a \\.\\d\\\\', ['a', '\\.\\d\\']],
];

const WRONG: readonly (readonly [line: string, wrong: RegExp])[] = [
  ['a "b', /has a " without/],
  ["a 'b", /has a ' without/],
  ['a "$HOME"', /reads the environment/],
  ['a "x${HOME}"', /reads the environment/],
  ['a \\xg', /has \\x without/],
  ['a\\x00b', /has \\x without/],
  ['a\\xe9b', /has \\x without/],
  ['a\u0000b', /control character/],
  ['a\rfrontend x', /control character/],
  ['a\u000bb', /control character/],
  [Array(66).join('a '), /more than 64 words/],
];

describe('a line of a configuration', () => {
  for (const [line, value] of READ) it(`has these words: ${JSON.stringify(line)}`, () => assert.deepEqual(wordsOf(line), { value }));
  for (const [line, wrong] of WRONG)
    it(`is none: ${JSON.stringify(line.slice(0, 30))}`, () => {
      const read = wordsOf(line);
      assert.ok('wrong' in read);
      assert.match(read.wrong, wrong);
    });

  it('is written in one line so that the same words are read', () => {
    const word = fc.string({
      unit: fc.oneof(fc.constantFrom(' ', '\\', '"', "'", '#', '$', '\n', '\r', '\t', '{'), fc.string({ minLength: 1, maxLength: 1 })),
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        assert.doesNotMatch(lineText(words), /[\n\r]/);
        assert.deepEqual(wordsOf(lineText(words)), { value: words });
      }),
    );
  });
});

/** Text of which HAProxy itself says how it reads it. */
const SAID = 'a b"c\'d\\e#f$g\th';

eachHaproxy('words', ({ binary }) => {
  it('are read as we write them', (t) => {
    const file = join(runFolder(t), 'haproxy.cfg');
    const line = lineText(['description', SAID]);
    // An unknown word is repeated in the complaint about it.
    writeFileSync(file, `global\n  ${lineText([SAID])}\n  ${line}\n`);
    const { stderr } = spawnSync(binary, ['-c', '-f', file], { encoding: 'utf8' });
    assert.ok(stderr.includes(`unknown keyword '${SAID}'`), stderr);
    assert.doesNotMatch(stderr, /description/);
  });
});
