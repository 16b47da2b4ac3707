import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hideCredentials } from '../../src/kit/hide-credentials.ts';

test('of a URL all is left but user and password', () => {
  const rows = [
    ['http://u:p@host:8080/x', 'http://***@host:8080/x'],
    ['ftp://u:p@ss@host', 'ftp://***@host'],
    ['no route to "https://u:p@[::]:1:2", and http://v:w@b/', 'no route to "https://***@[::]:1:2", and http://***@b/'],
    ['http://host/a@b', 'http://host/a@b'],
    ['/etc/apps@home.json', '/etc/apps@home.json'],
  ];
  for (const [text = '', hidden = ''] of rows) assert.equal(hideCredentials(text), hidden);
});
