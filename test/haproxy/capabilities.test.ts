import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { findBinary } from '../../src/haproxy/binary.ts';
import { askCapabilities } from '../../src/haproxy/capabilities.ts';
import { eachHaproxy, runFolder } from '../kit/haproxy.ts';

/** What each version was found to do, by hand. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  '2.6': ['sameNames'],
  '3.0': ['clientTimeout', 'cookieOnNewServer', 'sameNames'],
  '3.2': ['clientTimeout', 'cookieOnNewServer'],
  '3.4': ['addBackend', 'clientTimeout', 'cookieOnNewServer'],
};

eachHaproxy('capabilities', ({ binary, version }) => {
  it('are what this version is known for, are asked once, and leave nothing behind', async (t) => {
    const runDir = runFolder(t);
    const found = await findBinary(binary);
    const { version: text, ...capabilities } = await askCapabilities(found, runDir);
    assert.match(text, /^HAProxy version/);
    const names = Object.entries(capabilities).flatMap(([name, can]) => (can ? [name] : []));
    const expected = EXPECTED[version];
    if (expected !== undefined) assert.deepEqual(names.sort(), expected);
    const before = statSync(join(runDir, 'capabilities.json')).mtimeMs;
    assert.deepEqual(await askCapabilities(found, runDir), { version: text, ...capabilities });
    assert.equal(statSync(join(runDir, 'capabilities.json')).mtimeMs, before);
  });

  it('are asked again when the program was replaced or the note is broken', async (t) => {
    const runDir = runFolder(t);
    const found = await findBinary(binary);
    const capabilities = await askCapabilities(found, runDir);
    writeFileSync(join(runDir, 'capabilities.json'), '{"key": "cut');
    assert.deepEqual(await askCapabilities(found, runDir), capabilities);
    assert.deepEqual(await askCapabilities({ ...found, identity: 'replaced' }, runDir), capabilities);
    const noPlace = join(runDir, 'full');
    mkdirSync(join(noPlace, 'capabilities.json'), { recursive: true });
    assert.deepEqual(await askCapabilities(found, noPlace), capabilities, 'the note is a convenience');
    rmSync(noPlace, { recursive: true });
    assert.deepEqual(
      readdirSync(runDir).filter((name) => name !== 'capabilities.json'),
      [],
    );
  });
});

const script = (directory: string, text: string): string => {
  const file = join(directory, 'haproxy');
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
};

it('capabilities: no program there, with what to do', async () => {
  await assert.rejects(findBinary(join(tmpdir(), 'no-such-haproxy')), { code: 'HAPROXY_MISSING', message: /apt-get install/ });
  await assert.rejects(findBinary('no-such-haproxy'), { code: 'HAPROXY_MISSING', message: /apt-get install/ });
});

it('capabilities: a program that is too old, or something else, with what to do', async (t) => {
  const directory = runFolder(t);
  const old = script(directory, 'echo "HA-Proxy version 1.8.19-1 2019/02/11"');
  await assert.rejects(findBinary(old), { code: 'HAPROXY_MISSING', message: /1\.8\.19.*2\.6 or later.*apt-get install/ });
  await assert.rejects(findBinary(script(directory, 'echo nothing')), { code: 'HAPROXY_MISSING', message: /2\.6 or later/ });
});

it('capabilities: a program that does not start says why', async (t) => {
  const runDir = runFolder(t);
  const broken = script(
    runDir,
    '[ "$1" = -v ] && echo "HAProxy version 2.6.1" && exit; echo "cannot open shared object file" >&2; exit 127',
  );
  await assert.rejects(askCapabilities(await findBinary(broken), runDir), {
    code: 'HAPROXY_MISSING',
    message: /cannot open shared object file/,
  });
});
