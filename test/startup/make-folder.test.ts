import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeFolder } from '../../src/startup/make-folder.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const folderOf = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  t.after(remove);
  return path;
};

test('a folder and those above it are made, and once is enough', (t) => {
  const path = join(folderOf(t), 'a/b/c');
  makeFolder(path, 0o700);
  makeFolder(path, 0o700);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
});

test('where none can be made is an error', (t) => {
  const file = join(folderOf(t), 'file');
  writeFileSync(file, '');
  assert.throws(() => makeFolder(file), { code: 'EEXIST' });
  assert.throws(() => makeFolder(join(file, 'below')), { code: 'ENOTDIR' });
  assert.throws(() => makeFolder('/proc/sluice/below'), { code: 'ENOENT' });
});
