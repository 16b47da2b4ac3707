import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { HaproxyLog } from '../../src/haproxy/haproxy-log.ts';
import { runFolder } from '../kit/haproxy.ts';

it('haproxy.log: what was printed since a moment, also when it was emptied since', async (t) => {
  const log = new HaproxyLog(join(runFolder(t), 'haproxy.log'));
  assert.equal(await log.since(0), '');
  const file = await log.openToAppend();
  t.after(async () => file.close());
  await file.write('one\n');
  const size = await log.size();
  await file.write('two\n');
  assert.equal(await log.since(size), 'two\n');
  assert.equal(await log.since(0), 'one\ntwo\n');
  assert.equal(await log.since(1_000_000), 'one\ntwo\n');
});

it('haproxy.log: a large one is put aside and begun anew, under the hands of who writes it', async (t) => {
  const log = new HaproxyLog(join(runFolder(t), 'haproxy.log'));
  const file = await log.openToAppend();
  t.after(async () => file.close());
  await file.write('x'.repeat(900_000));
  await log.bound();
  assert.equal(await log.size(), 900_000);
  await file.write('x'.repeat(200_000));
  await log.bound();
  assert.equal(statSync(`${log.path}.1`).size, 1_100_000);
  await file.write('after\n');
  assert.equal(await log.since(0), 'after\n');
});
