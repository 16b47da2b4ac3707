import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const files = globSync('src/**/*.ts', { cwd: root });

/** `file`, and `name` right behind it: a function or what it is called in there. */
const MENTION = /`((?:[a-z-]+\/)*[a-z-]+\.ts)`(?:\s+`([#\w]+)[`(])?/g;
const mentions = [...text.matchAll(MENTION)].map(([, file = '', name]) => ({ file, name }));

describe('ARCHITECTURE.md', () => {
  it('names files that there are, and what is in them', () => {
    assert.ok(mentions.filter(({ name }) => name !== undefined).length >= 8, 'it names functions');
    const wrong = mentions.filter(({ file, name }) => {
      const found = files.filter((path) => path === `src/${file}` || path.endsWith(`/${file}`));
      return !found.some((path) => name === undefined || new RegExp(`(?<![\\w#])${name}\\b`).test(readFileSync(join(root, path), 'utf8')));
    });
    assert.deepEqual(wrong, []);
  });

  it('has a row for every room, and for no other', () => {
    const rows = [...text.matchAll(/^\| `([a-z-]+)\/` +\|/gm)].map(([, room]) => room);
    const rooms = new Set(files.map((path) => path.split('/')[1] ?? '').filter((name) => !name.endsWith('.ts')));
    assert.deepEqual(rows.sort(), [...rooms].sort());
  });
});
