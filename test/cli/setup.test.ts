import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

const TOOLS = fileURLToPath(new URL('../../tools', import.meta.url));
const FILES = ['setup.js', 'node-path.js', 'with-sbin.js'];

/** A checkout of which the set-up is real and the programs that it calls are not: each writes its arguments down. */
const checkout = (t: TestContext) => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  const bin = join(path, 'bin');
  const log = join(path, 'log');
  const lock = join(path, 'package-lock.json');
  const marker = join(path, 'node_modules/.package-lock.json');
  for (const folder of ['bin', 'tools', 'node_modules']) mkdirSync(join(path, folder));
  for (const file of FILES) cpSync(join(TOOLS, file), join(path, 'tools', file));
  writeFileSync(lock, '{}');
  writeFileSync(marker, '{}');
  writeFileSync(log, '');
  const program = (name: string, body: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  /** A program that is there and ends with an error stands for one that is not there: the machine has its own. */
  const there = (name: string, isThere: boolean): void => program(name, isThere ? 'exit 0' : 'exit 1');
  const records = `echo "$(/usr/bin/basename "$0") $*" >> ${log}`;
  /** The line that makes a program one that is there. */
  const brings = (name: string): string => `printf '#!/bin/sh\\nexit 0\\n' > ${join(bin, name)}`;
  const run = (uid: number, env: NodeJS.ProcessEnv = {}) => {
    const asUser = ['--import', `data:text/javascript,process.getuid = () => ${uid}`];
    const done = spawnSync(process.execPath, [...asUser, join(path, 'tools/setup.js'), 'all'], {
      encoding: 'utf8',
      env: { PATH: bin, ...env },
    });
    return { code: done.status, stdout: done.stdout, stderr: done.stderr, calls: readFileSync(log, 'utf8') };
  };
  for (const name of ['haproxy', 'curl', 'dig']) there(name, true);
  return { path, bin, lock, marker, program, there, records, brings, run };
};

const ROOT = 0;
const ANN = 1000;
const BY_HAND = 'run as root: apt-get update && apt-get install -y --no-install-recommends haproxy curl';

describe('set-up of a checkout', () => {
  it('does and says nothing where all is there', (t) => {
    const { run } = checkout(t);
    assert.deepEqual(run(ANN), { code: 0, stdout: '', stderr: '', calls: '' });
  });

  it('installs the packages of Debian that are missing', (t) => {
    const { there, program, records, brings, run } = checkout(t);
    there('haproxy', false);
    there('curl', false);
    program('apt-get', `${records}\n${brings('haproxy')}\n${brings('curl')}`);
    const { code, stdout, calls } = run(ROOT);
    assert.deepEqual([code, stdout], [0, '']);
    assert.equal(calls, 'apt-get -qq update\napt-get -qq install -y --no-install-recommends haproxy curl\n');
    assert.equal(run(ROOT).calls, calls, 'once');
  });

  it('installs only what is missing', (t) => {
    const { there, program, records, brings, run } = checkout(t);
    there('curl', false);
    program('apt-get', `${records}\n${brings('curl')}`);
    assert.match(run(ROOT).calls, /--no-install-recommends curl\n$/);
  });

  it('goes on without dig where that cannot be had', (t) => {
    const { there, program, records, run } = checkout(t);
    there('dig', false);
    program('apt-get', `${records}\nexit 1`);
    const { code, calls } = run(ROOT);
    assert.deepEqual([code, calls], [0, 'apt-get -qq update\napt-get -qq install -y --no-install-recommends dnsutils\n']);
    assert.deepEqual(run(ANN), { code: 0, stdout: '', stderr: '', calls });
  });

  it('tells who is not root what root has to type, and tries nothing', (t) => {
    const { there, program, records, run } = checkout(t);
    there('haproxy', false);
    there('curl', false);
    program('apt-get', records);
    assert.deepEqual(run(ANN), { code: 1, stdout: '', stderr: `sluice set-up: missing: haproxy curl; ${BY_HAND}\n`, calls: '' });
  });

  it('says what to type where apt-get cannot, or did not', (t) => {
    const { there, program, run } = checkout(t);
    there('haproxy', false);
    there('curl', false);
    for (const end of ['exit 100', 'exit 0']) {
      program('apt-get', end);
      const { code, stderr } = run(ROOT);
      assert.equal(code, 1);
      assert.ok(stderr.endsWith(`sluice set-up: apt-get could not install haproxy curl; ${BY_HAND}\n`), stderr);
    }
  });

  it('installs nothing in place of a SLUICE_HAPROXY that does not run', (t) => {
    const { program, records, run } = checkout(t);
    program('apt-get', records);
    const { code, stderr, calls } = run(ROOT, { SLUICE_HAPROXY: '/no/haproxy' });
    assert.deepEqual([code, stderr, calls], [1, "sluice set-up: SLUICE_HAPROXY is '/no/haproxy', which does not run\n", '']);
  });

  it('installs the npm packages where they are missing or older than their lock', (t) => {
    const { path, lock, marker, program, records, run } = checkout(t);
    utimesSync(marker, 1000, 1000);
    program('npm', `${records} in "$PWD"; echo noise`);
    const { code, stdout, calls } = run(ANN);
    assert.deepEqual([code, stdout], [0, '']);
    assert.equal(calls, `npm ci --include=dev --ignore-scripts --no-audit --no-fund --loglevel=error in ${path}\n`);
    assert.equal(run(ANN).calls, calls, 'once');
    program('npm', 'exit 1');
    utimesSync(lock, new Date(Date.now() + 60_000), new Date(Date.now() + 60_000));
    const failed = run(ANN);
    assert.equal(failed.code, 1);
    assert.ok(failed.stderr.endsWith('sluice set-up: npm packages are missing; run: npm ci\n'), failed.stderr);
  });

  describe('for a user who does not have /usr/sbin in PATH', { skip: !existsSync('/usr/sbin/haproxy') && 'no HAProxy there' }, () => {
    it('finds the HAProxy of Debian', (t) => {
      const { bin, run } = checkout(t);
      rmSync(join(bin, 'haproxy'));
      assert.deepEqual(run(ANN), { code: 0, stdout: '', stderr: '', calls: '' });
    });

    it('lets the tests find it', () => {
      const args = [join(TOOLS, 'with-node.js'), 'node', '-e', 'process.exit(child_process.spawnSync("haproxy", ["-v"]).status ?? 9)'];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
      assert.equal(status, 0, stderr);
    });
  });
});
