import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { withFileLock } from '../../src/book/file-lock.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

test('a lock that another process has, and a flock that was killed or is used wrongly, are told apart', async (t) => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  process.env['PATH'] = `${path}${delimiter}${process.env['PATH'] ?? ''}`;
  for (const [script, why] of [
    ['exit 1', /another process has had it for 10 s$/],
    ['exit 64', /it ended with exit code 64$/],
    ['kill -9 $$', /it ended with SIGKILL$/],
  ] as const) {
    writeFileSync(join(path, 'flock'), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    await assert.rejects(
      withFileLock(join(path, 'lock'), async () => Promise.resolve()),
      why,
    );
  }
});
