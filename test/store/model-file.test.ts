import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { emptyModel } from '../../src/model/commit.ts';
import { ModelFile } from '../../src/store/model-file.ts';
import { SluiceProcess } from '../kit/sluice.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { manyApps } from './many-apps.ts';

const AT = '2026-01-01T00:00:00.000Z';

const fileIn = (t: TestContext, mostBytes?: number): { readonly file: ModelFile; readonly folder: string } => {
  const { path, remove } = tempFolder();
  t.after(remove);
  return { file: new ModelFile(join(path, 'model.json'), mostBytes), folder: path };
};

describe('the model on disk', () => {
  it('is there again, readable for its owner alone, and nothing is left beside it', async (t) => {
    const { file, folder } = fileIn(t);
    assert.deepEqual(await file.load(), { kind: 'none' });
    const model = manyApps(3);
    await file.write(emptyModel(), AT);
    await file.write(model, AT);
    const loaded = await file.load();
    assert.ok(loaded.kind === 'model');
    assert.deepEqual(loaded.saved, { savedAt: AT, apps: [...model.apps.values()], hosts: new Map() });
    assert.equal(statSync(file.path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['model.json']);
  });

  it('is as it was when the write began, whatever changes meanwhile', async (t) => {
    const { file } = fileIn(t);
    const model = manyApps(2000);
    const written = file.write(model, AT);
    model.apps.clear();
    await written;
    const loaded = await file.load();
    assert.equal(loaded.kind === 'model' && loaded.saved.apps.length, 2000);
  });

  it('stays as it was where it cannot be written', async (t) => {
    const { file, folder } = fileIn(t, 10_000);
    await file.write(manyApps(3), AT);
    await assert.rejects(file.write(manyApps(1000), AT), { code: 'FILES', message: /takes more than 10000 bytes/ });
    const loaded = await file.load();
    assert.equal(loaded.kind === 'model' && loaded.saved.apps.length, 3);
    assert.deepEqual(readdirSync(folder), ['model.json']);
    rmSync(folder, { recursive: true });
    await assert.rejects(file.write(manyApps(1), AT), { code: 'FILES', message: /cannot write .*model\.json: ENOENT/ });
  });

  it('is written past what another process has left of its own attempt', async (t) => {
    const { file, folder } = fileIn(t);
    writeFileSync(join(folder, `model.json.${process.pid}.tmp`), 'half', { mode: 0o644 });
    await file.write(manyApps(1), AT);
    assert.equal(statSync(file.path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['model.json']);
  });

  it('is whole whenever its writer is killed', async (t) => {
    const { file, folder } = fileIn(t);
    const program = fileURLToPath(new URL('write-forever.ts', import.meta.url));
    for (let round = 0; round < 10; round += 1) {
      const writer = new SluiceProcess([], { command: [process.execPath, program, file.path] });
      await writer.prints(/written/);
      await wait(Math.random() * 40);
      await writer.endBy('SIGKILL');
      const loaded = await file.load();
      assert.equal(loaded.kind === 'model' && loaded.saved.apps.length, 500);
    }
    assert.deepEqual(readdirSync(folder), ['model.json'], 'what a killed writer has left is gone after the next load');
  });

  it('of 5,000 apps is written in turns that nobody notices', async (t) => {
    const { file } = fileIn(t);
    const model = manyApps(5000, 5);
    await file.write(model, AT);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    delay.enable();
    await file.write(model, AT);
    delay.disable();
    clearInterval(counting);
    const { size } = statSync(file.path);
    t.diagnostic(`${size} bytes, ${turns} turns of others, longest wait ${(delay.max / 1e6).toFixed(1)} ms`);
    // Made in one turn nobody else had any.
    assert.ok(turns >= 20, `${turns} turns`);
  });
});

describe('a file that cannot be trusted', () => {
  it('is set aside, with the reason; three of these are kept, and the next one is written in its place', async (t) => {
    const { file, folder } = fileIn(t);
    for (let round = 0; round < 5; round += 1) {
      // The names tell them apart by the millisecond.
      await wait(2);
      writeFileSync(file.path, `damaged ${round}`);
      const loaded = await file.load();
      assert.ok(loaded.kind === 'set-aside');
      assert.match(loaded.because, /cannot be read/);
      assert.equal(readFileSync(loaded.path, 'utf8'), `damaged ${round}`);
      assert.deepEqual(await file.load(), { kind: 'none' });
    }
    const aside = readdirSync(folder);
    assert.deepEqual(aside.length, 3);
    assert.ok(aside.every((name) => /^model\.json\.set-aside-[-0-9TZ]+$/.test(name)));
    assert.deepEqual(
      aside.sort().map((name) => readFileSync(join(folder, name), 'utf8')),
      ['damaged 2', 'damaged 3', 'damaged 4'],
    );
    await file.write(manyApps(1), AT);
    assert.equal((await file.load()).kind, 'model');
  });

  it('is set aside unread where it is too large', async (t) => {
    const { file } = fileIn(t, 100);
    writeFileSync(file.path, 'x'.repeat(101));
    const loaded = await file.load();
    assert.match(loaded.kind === 'set-aside' ? loaded.because : '', /has 101 bytes, more than the 100/);
  });

  it('is set aside where it is no file', async (t) => {
    const { file } = fileIn(t);
    mkdirSync(file.path);
    const loaded = await file.load();
    assert.match(loaded.kind === 'set-aside' ? loaded.because : '', /EISDIR/);
    assert.deepEqual(await file.load(), { kind: 'none' });
  });
});
