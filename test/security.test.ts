import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Cells of the table of threats, without its head and the names of its parts. */
const rows = (): readonly (readonly string[])[] => {
  const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const table = text.slice(text.indexOf('| threat'), text.indexOf('\n## '));
  return table
    .split('\n')
    .slice(2)
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first = '']) => !first.startsWith('**'));
};

/** `file` "title", "title"; `file` "title" */
const proofsOf = (cell: string): readonly { readonly file: string; readonly titles: readonly string[] }[] =>
  cell.split(/;\s*/).map((part) => ({
    file: /^`([^`]+)`/.exec(part)?.[1] ?? '',
    titles: [...part.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
  }));

describe('docs/security.md', () => {
  it('names a defence for each threat, and tests that there are', () => {
    assert.ok(rows().length >= 15);
    const wrong = rows().flatMap(([threat = '', defence = '', shownBy = '', ...more]) => {
      if (threat === '' || defence === '' || more.length > 0) return [`no row: ${threat}`];
      return proofsOf(shownBy).flatMap(({ file, titles }) => {
        const path = join(root, file);
        if (!/^test\/.*\.test\.ts$/.test(file) || !existsSync(path)) return [`${threat}: there is no test '${file}'`];
        if (titles.length === 0) return [`${threat}: no title of ${file}`];
        const text = readFileSync(path, 'utf8').replaceAll("\\'", "'");
        return titles.filter((title) => !text.includes(title)).map((title) => `${threat}: ${file} has no '${title}'`);
      });
    });
    assert.deepEqual(wrong, []);
  });
});
