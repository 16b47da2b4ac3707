import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runHook, type Verdict } from '../../src/controller/hook.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

const folderWith = (t: TestContext, scripts: Readonly<Record<string, string>>): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return path;
};

const run = async (hooksDir: string | undefined, name: string, limitMs = 60_000): Promise<Verdict> =>
  runHook(name, { group: '/shop', share: 25 }, { hooksDir, limitMs, signal: new AbortController().signal });

test('a command reads JSON, and passes with 0', async (t) => {
  const hooksDir = folderWith(t, {
    good: 'cat > got.json; echo all well',
    bad: 'cat > /dev/null; echo p95 is 900 ms >&2; exit 3',
    deaf: 'exit 0',
  });
  assert.deepEqual(await run(hooksDir, 'good'), { passed: true, because: 'command good passed: all well' });
  assert.deepEqual(JSON.parse(readFileSync(join(hooksDir, 'got.json'), 'utf8')), { group: '/shop', share: 25 });
  assert.deepEqual(await run(hooksDir, 'bad'), { passed: false, because: 'command bad ended with 3: p95 is 900 ms' });
  assert.equal((await run(hooksDir, 'deaf')).passed, true);
});

test('what is no file of the folder is not run', async (t) => {
  const hooksDir = folderWith(t, { good: 'exit 0' });
  for (const name of ['../good', 'good; id', '', '.hidden', 'nobody', '/bin/true', 'x'.repeat(200)])
    assert.equal((await run(hooksDir, name)).passed, false, name);
  assert.deepEqual(await run(undefined, 'good'), { passed: false, because: 'command good: this Sluice runs no commands: see --hooks-dir' });
});

test('what is too long is killed with all that it has started', async (t) => {
  const hooksDir = folderWith(t, { slow: '(sleep 600; touch survived) & echo $! > child.pid; cat; sleep 600' });
  assert.deepEqual(await run(hooksDir, 'slow', 500), { passed: false, because: 'command slow took longer than 0.5 s' });
  const path = join(hooksDir, 'child.pid');
  const isAlive = (): boolean => {
    try {
      // Who has ended and was not fetched yet counts as there.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${readFileSync(path, 'utf8').trim()}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  // On a slow machine it was killed before it could write.
  if (existsSync(path)) await waitFor('its child has ended', () => !isAlive());
});

test('it sees nothing of the environment but PATH', async (t) => {
  process.env['SLUICE_TEST_SECRET'] = 'hidden';
  t.after(() => delete process.env['SLUICE_TEST_SECRET']);
  const hooksDir = folderWith(t, { env: 'test -n "$PATH" && test -z "$SLUICE_TEST_SECRET"' });
  assert.equal((await run(hooksDir, 'env')).passed, true);
});
