import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { masterArguments } from '../../src/haproxy/find-master.ts';
import { lastly } from '../kit/lastly.ts';
import { type SluiceProcess, startSluice } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** The first process of the container, with a `sluice` that does as each test wants. That it collects zombies is seen in the image. */

const ENTRY = fileURLToPath(new URL('../../deploy/container/entry.sh', import.meta.url));

const start = (t: TestContext, sluice: string, args: readonly string[] = ['run', '--group', 'x']): SluiceProcess => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const bin = join(path, 'bin');
  const runDir = join(path, 'run');
  mkdirSync(bin);
  mkdirSync(runDir);
  writeFileSync(join(bin, 'sluice'), `#!/bin/sh\nRUN=${runDir}\n${sluice}\n`);
  chmodSync(join(bin, 'sluice'), 0o755);
  const env = { PATH: `${bin}:/usr/bin:/bin`, SLUICE_RUN_DIR: runDir };
  return startSluice(t, args, { command: ['/bin/sh', ENTRY], env });
};

/** Something that is started as HAProxy is, and ends with a file or with the test's folder. */
const haproxy = (): string => {
  const socket = masterArguments('$RUN', '').find((word) => word.includes('master.sock')) ?? '';
  return `sh -c 'while [ -d "$0" ] && [ ! -e "$0/end" ]; do sleep 0.05; done' "$RUN" "${socket}" >/dev/null 2>&1 &`;
};

describe('the first process of the container', { concurrency: 4 }, () => {
  it('runs Sluice with its arguments, and ends with its exit code', async (t) => {
    for (const code of [0, 1, 2]) {
      const ended = await start(t, `echo "$@"; exit ${code}`).end();
      assert.deepEqual([ended.code, ended.stdout], [code, 'run --group x\n']);
    }
  });

  it('is another verb where one is given', async (t) => {
    const ended = await start(t, 'echo "$@ by $PPID"; kill -s KILL $$', ['status', '--json']).end();
    assert.equal(ended.signal, 'SIGKILL', 'nobody is in between');
    assert.match(ended.stdout, new RegExp(`^status --json by ${process.pid}$`, 'm'));
  });

  it('passes each signal on, and waits for the end that one leads to', async (t) => {
    const traps = ['HUP', 'USR1', 'INT'].map((name) => `trap 'echo got ${name}' ${name}`).join('\n');
    const { path: folder, remove } = tempFolder();
    lastly(t, remove);
    const heed = `echo got TERM; while [ ! -e "${folder}/go" ]; do sleep 0.05; done; echo end; exit 0`;
    const running = start(t, `${traps}\ntrap '${heed}' TERM\necho ready\nwhile :; do sleep 0.05; done`);
    await running.prints(/ready/);
    for (const name of ['HUP', 'USR1'] as const) {
      running.child.kill(`SIG${name}`);
      await running.prints(new RegExp(`got ${name}`));
    }
    // A second one while the first is being heeded does not end the wait either.
    running.child.kill('SIGTERM');
    await running.prints(/got TERM/);
    running.child.kill('SIGINT');
    writeFileSync(join(folder, 'go'), '');
    const ended = await running.end();
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /got TERM\nend\n/);
  });

  it('starts Sluice again where it died and its HAProxy serves on', async (t) => {
    const again = `[ -e "$RUN/died" ] && { touch "$RUN/end"; echo "again $@"; exit 0; }`;
    const ended = await start(t, `${again}\n${haproxy()}\ntouch "$RUN/died"\nkill -s KILL $$`).end();
    assert.equal(ended.code, 0);
    assert.equal(ended.stdout, 'again run --group x\n');
    assert.match(ended.stderr, /sluice ended with exit code 137, HAProxy serves on: sluice is started again/);
  });

  it('ends with Sluice where there is no HAProxy, where the command line is wrong, and where it was told to', async (t) => {
    assert.equal((await start(t, 'kill -s KILL $$').end()).code, 137);
    // The one that it was told to end by ends at once, beside a HAProxy that serves.
    const forgetful = `trap 'touch "$RUN/end"; exit 130' TERM`;
    const told = start(t, `${haproxy()}\n${forgetful}\necho ready\nwhile :; do sleep 0.05; done`);
    await told.prints(/ready/);
    assert.equal((await told.endBy('SIGTERM')).code, 130);
    const wrong = await start(t, `${haproxy()}\ntouch "$RUN/end"\nexit 2`).end();
    assert.deepEqual([wrong.code, wrong.stderr], [2, '']);
  });

  it('says which capability is missing where Sluice cannot be executed', async (t) => {
    const ended = await start(t, 'exit 126').end();
    assert.equal(ended.code, 126);
    assert.match(ended.stderr, /--cap-add NET_BIND_SERVICE/);
  });
});
