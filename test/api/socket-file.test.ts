import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { makeSocket } from '../../src/api/socket-file.ts';
import { askApi } from '../kit/ask-api.ts';
import { lastly } from '../kit/lastly.ts';
import { openApiFor } from '../kit/open-api.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** A run directory that is its owner's alone, in a folder that others may go through. */
const runDirFor = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  chmodSync(path, 0o711);
  const runDir = join(path, 'run');
  mkdirSync(runDir, { mode: 0o700 });
  return runDir;
};

const modeOf = (path: string): number => statSync(path).mode & 0o7777;

const GROUP = 54_321;
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const needsRoot = isRoot ? {} : { skip: 'only root may give files to a group that it is not in' };

/** As another user: the status of /health, 000 where there is no connection. */
const askAs = async (gid: number, runDir: string): Promise<string> => {
  const args = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--unix-socket', join(runDir, 'sluice.sock'), 'http://sluice/health'];
  return new Promise((resolve) => void execFile('curl', args, { uid: NOBODY, gid, cwd: '/' }, (_error, stdout) => resolve(stdout)));
};

describe('the control socket', () => {
  it('is its owner’s alone, whatever the umask says, and so is the place where it comes to be', async (t) => {
    const runDir = runDirFor(t);
    const path = join(runDir, 'sluice.sock');
    const umask = process.umask(0);
    lastly(t, () => process.umask(umask));
    const server = createServer();
    lastly(t, async () => new Promise((resolve) => server.close(resolve)));
    let places: readonly number[] = [];
    await makeSocket(path, { mode: 0o600, group: undefined }, async (born) => {
      await new Promise<void>((resolve) => server.listen(born, resolve));
      // Now it can be connected to, and has the mode that the umask gave it.
      places = [modeOf(join(born, '..')), modeOf(born) & 0o022];
      assert.ok(born.length <= path.length, 'a path of a socket has 107 characters');
      assert.deepEqual(readdirSync(runDir), ['.api'], 'nobody finds it before it has its mode');
    });
    assert.deepEqual(places, [0o700, 0o022]);
    assert.equal(modeOf(path), 0o600);
    assert.equal(modeOf(runDir), 0o700);
    assert.deepEqual(readdirSync(runDir), ['sluice.sock']);
  });

  it('takes the place of what a Sluice that was killed has left, and goes with its Sluice', async (t) => {
    const runDir = runDirFor(t);
    writeFileSync(join(runDir, 'sluice.sock'), '');
    mkdirSync(join(runDir, '.api'));
    writeFileSync(join(runDir, '.api', 's'), '');
    const api = await openApiFor(t, { folder: runDir, listen: undefined });
    assert.equal((await askApi(runDir, '/health')).status, 200);
    await api.close();
    assert.deepEqual(readdirSync(runDir), []);
  });

  it('with mode 660 lets its group in, and nobody else', needsRoot, async (t) => {
    const runDir = runDirFor(t);
    writeFileSync(join(runDir, 'secret'), 'x', { mode: 0o600 });
    await openApiFor(t, { folder: runDir, listen: undefined, socketAccess: { mode: 0o660, group: String(GROUP) } });
    assert.deepEqual([modeOf(join(runDir, 'sluice.sock')), statSync(join(runDir, 'sluice.sock')).gid], [0o660, GROUP]);
    assert.deepEqual([modeOf(runDir), statSync(runDir).gid], [0o710, GROUP], 'the group may go through, and not look around');
    assert.deepEqual([await askAs(GROUP, runDir), await askAs(NOBODY, runDir)], ['200', '000']);
  });

  it('with mode 600 lets nobody in but its owner, also in its group', needsRoot, async (t) => {
    const runDir = runDirFor(t);
    chmodSync(runDir, 0o755);
    await openApiFor(t, { folder: runDir, listen: undefined, socketAccess: { mode: 0o600, group: String(GROUP) } });
    assert.deepEqual([await askAs(GROUP, runDir), await askAs(NOBODY, runDir)], ['000', '000']);
    assert.equal(modeOf(runDir), 0o755);
  });

  it('of a group that there is not is an error that says what to do', async (t) => {
    const socketAccess = { mode: 0o660, group: 'no-such-group' };
    await assert.rejects(openApiFor(t, { listen: undefined, socketAccess }), {
      code: 'SETTINGS',
      message: "--api-socket-group: /etc/group has no group 'no-such-group': give its number",
    });
  });
});
