import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Generations } from '../../src/haproxy/generations.ts';
import { tempFolder } from '../kit/temp-folder.ts';

test('the generation before the current one is kept, though the clock is set back between them', async (t) => {
  const { path, remove } = tempFolder();
  t.after(remove);
  const generations = new Generations(path);
  let nowMs = 1_900_000_000_000;
  t.mock.method(Date, 'now', () => nowMs);
  const put = async (text: string): Promise<void> => {
    await generations.use(await generations.stage([{ path: 'haproxy.cfg', bytes: Buffer.from(text) }]));
    await generations.prune();
  };
  await put('first');
  await put('second');
  nowMs -= 86_400_000;
  await put('third');
  await put('fourth');
  const kept = readdirSync(path).filter((name) => name.startsWith('gen-'));
  assert.deepEqual(kept.map((name) => readFileSync(join(path, name, 'haproxy.cfg'), 'utf8')).sort(), ['fourth', 'third']);
  assert.equal(readFileSync(join(path, readlinkSync(join(path, 'config')), 'haproxy.cfg'), 'utf8'), 'fourth');
});
