import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { setSysctls } from '../../src/startup/sysctls.ts';
import { type Ending, lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';

/** A folder as /proc/sys, with settings in it. */
const kernelWith = (t: Ending, settings: Readonly<Record<string, string>>) => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  for (const [name, value] of Object.entries(settings)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), value);
  }
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (line: unknown) => void warnings.push(String(line)) };
  return { folder: path, warnings, log, valueOf: (name: string) => readFileSync(join(path, name), 'utf8') };
};

it('settings of the kernel are written, by either way to name them', (t) => {
  const { folder, warnings, log, valueOf } = kernelWith(t, {
    'net/core/somaxconn': '128\n',
    'net/ipv4/tcp_fin_timeout': '60\n',
    'net/ipv4/conf/eth0.1/forwarding': '0\n',
  });
  setSysctls(
    [
      { name: 'net.core.somaxconn', value: '10000' },
      { name: 'net/ipv4/tcp_fin_timeout', value: '30' },
      { name: 'net.ipv4.conf.eth0/1.forwarding', value: '1' },
    ],
    { folder, log, isRoot: true, mayFail: false },
  );
  assert.match(valueOf('net/core/somaxconn'), /^10000/);
  assert.match(valueOf('net/ipv4/tcp_fin_timeout'), /^30/);
  assert.match(valueOf('net/ipv4/conf/eth0.1/forwarding'), /^1/);
  assert.deepEqual(warnings, []);
});

it('what is so already is not written: it needs no right', (t) => {
  const { folder, warnings, log, valueOf } = kernelWith(t, { 'net/core/somaxconn': '4096\n' });
  setSysctls([{ name: 'net.core.somaxconn', value: '4096' }], { folder, log, isRoot: false, mayFail: false });
  assert.equal(valueOf('net/core/somaxconn'), '4096\n');
  assert.deepEqual(warnings, []);
});

const MISSING = [{ name: 'net.core.no_such_thing', value: '1' }];
const TOLD = /^HAPROXY_SYSCTL_PARAMS: net\.core\.no_such_thing=1 cannot be set: ENOENT.*sysctl -w net\.core\.no_such_thing=1/;

it('as root it ends where one cannot be set, and says what to do', (t) => {
  const { folder, log } = kernelWith(t, { 'net/core/somaxconn': '1\n' });
  assert.throws(() => setSysctls(MISSING, { folder, log, isRoot: true, mayFail: false }), { code: 'FILES', message: TOLD });
  assert.deepEqual(readdirSync(join(folder, 'net/core')), ['somaxconn'], 'nothing is made');
});

for (const [what, options] of [
  ['as somebody else', { isRoot: false, mayFail: false }],
  ['where they may fail', { isRoot: true, mayFail: true }],
] as const) {
  it(`${what} it says so and goes on`, (t) => {
    const { folder, log, warnings } = kernelWith(t, {});
    setSysctls(MISSING, { folder, log, ...options });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', TOLD);
  });
}
