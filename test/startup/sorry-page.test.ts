import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { toSettings } from '../../src/settings.ts';
import { globalsOf } from '../../src/startup/from-settings.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

it('--sorry-page is read at the start; what is no page is refused, with why', (t) => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const pageIn = (file: string) =>
    globalsOf(toSettings({ group: ['x'], haproxyUser: 'off', sorryPage: join(path, file) }, {}), '').sorryPage;
  writeFileSync(join(path, 'page.html'), '<p>soon</p>\n');
  writeFileSync(join(path, 'large.html'), 'x'.repeat(8193));
  writeFileSync(join(path, 'empty.html'), '');
  mkdirSync(join(path, 'folder'));
  assert.deepEqual(pageIn('page.html'), { type: 'text/html; charset=utf-8', text: '<p>soon</p>\n' });
  for (const [file, message] of [
    ['large.html', /^--sorry-page: .*large\.html must be a page of at most 8192 bytes, and has 8193$/],
    ['empty.html', /^--sorry-page: .*empty\.html must be a page/],
    ['none.html', /^--sorry-page: .*none\.html cannot be read: /],
    ['folder', /^--sorry-page: .*folder cannot be read: it is no file$/],
  ] as const)
    assert.throws(() => pageIn(file), { code: 'SETTINGS', message });
  assert.equal(globalsOf(toSettings({ group: ['x'], haproxyUser: 'off' }, {}), '').sorryPage, undefined);
});
