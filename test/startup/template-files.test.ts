import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadTemplates } from '../../src/startup/template-files.ts';
import { tempFolder } from '../kit/temp-folder.ts';

test("the operator's templates stand in the place of ours", (t) => {
  const { path, remove } = tempFolder();
  t.after(remove);
  writeFileSync(join(path, 'stats.hbs'), '# mine');
  writeFileSync(join(path, 'notes.txt'), 'x');
  const templates = loadTemplates(path);
  assert.equal(templates.get('stats'), '# mine');
  assert.deepEqual([...templates.keys()].sort(), [...loadTemplates(undefined).keys()].sort());
});

test('one that is too large, or cannot be read, is told by name', (t) => {
  const { path, remove } = tempFolder();
  t.after(remove);
  writeFileSync(join(path, 'stats.hbs'), '#'.repeat(1_000_001));
  assert.throws(() => loadTemplates(path), { code: 'SETTINGS', message: /stats\.hbs has 1000001 bytes, more than 1000000$/ });
  assert.throws(() => loadTemplates(join(path, 'nowhere')), { code: 'SETTINGS', message: /--templates-dir: .*nowhere cannot be read/ });
});
