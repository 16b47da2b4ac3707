import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { PIECE_NAMES, pieceOf } from '../../src/pieces/catalogue.ts';
import { ROWS } from './translations.ts';

const TEXT = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');

/** Cells of the rows of all tables. */
const TABLE_ROWS = TEXT.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );

const rowOf = (first: string): readonly string[] | undefined => TABLE_ROWS.find(([cell]) => cell === `\`${first}\``)?.slice(1);

const PLACE = { read: 'app, operator', none: 'operator', shadowed: 'operator', dead: 'operator' } as const;

describe('docs/templates.md', () => {
  for (const name of PIECE_NAMES)
    it(`has a row on ${name}`, () => {
      const { label, placeholders, unused } = pieceOf(name);
      const values = placeholders === undefined ? 'none: braces are single' : placeholders.map((word) => `\`${word}\``).join(' ');
      assert.deepEqual(rowOf(name), [unused === true ? 'nobody: it has no effect' : PLACE[label], values]);
    });

  for (const { old, now } of ROWS)
    it(`says what becomes of ${old}`, () => {
      const made = now?.map((line) => `\`${line}\``).join('<br>');
      assert.deepEqual(rowOf(old), [
        made === undefined ? 'a problem, which says what to write' : made === '' ? 'nothing: it has no effect' : made,
      ]);
    });
});
