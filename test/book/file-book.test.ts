import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openFileBook } from '../../src/book/file-book.ts';
import { keeperOf, withOverride } from '../kit/kept-books.ts';
import { lastly } from '../kit/lastly.ts';
import { tempFolder } from '../kit/temp-folder.ts';
import { waitFor } from '../kit/wait-for.ts';

const folderFor = (t: TestContext): string => {
  const { path, remove } = tempFolder();
  lastly(t, remove);
  return path;
};

const open = (t: TestContext, path: string): ReturnType<typeof keeperOf> => {
  const opened = keeperOf(openFileBook(path, 20));
  lastly(t, async () => opened.keeper.close());
  return opened;
};

test('what one Sluice writes the others of the host have soon, and those that start later', async (t) => {
  const path = join(folderFor(t), 'book.json');
  const [a, b] = [open(t, path), open(t, path)];
  assert.deepEqual(await a.keeper.edit(withOverride('one')), { value: 'one' });
  assert.equal(a.keeper.book.revision, 1);
  await waitFor('the other one has it', () => b.keeper.book.overrides.has('one'));
  await b.keeper.edit(withOverride('two'));
  await waitFor('the first one has that', () => a.keeper.book.overrides.has('two'));
  const c = open(t, path);
  await waitFor('one that starts has both', () => c.keeper.book.overrides.size === 2);
  assert.equal(c.keeper.book.revision, 2);
});

test('of two that write at once one is told, and nothing is lost or merged', async (t) => {
  const path = join(folderFor(t), 'book.json');
  // They do not look by themselves: each knows no more than it has written, or was told.
  const keepers = [1, 2].map(() => {
    const { keeper } = keeperOf(openFileBook(path, 3_600_000));
    lastly(t, async () => keeper.close());
    return keeper;
  });
  const written: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    const done = await Promise.allSettled(keepers.map(async (keeper, i) => keeper.edit(withOverride(`${round}-${i}`))));
    const won = done.flatMap((one, i) => (one.status === 'fulfilled' ? [`${round}-${i}`] : []));
    for (const one of done) if (one.status === 'rejected') assert.equal((one.reason as { code?: string }).code, 'CONFLICT');
    assert.equal(won.length, 1, `round ${round}`);
    written.push(...won);
  }
  const { keeper } = open(t, path);
  await waitFor('it is read', () => keeper.book.revision > 0);
  assert.deepEqual([...keeper.book.overrides.keys()], written);
  assert.equal(keeper.book.revision, written.length);
});

test('a file that cannot be read, or is gone, says nothing: what was in force stays, and is told', async (t) => {
  const path = join(folderFor(t), 'book.json');
  const { keeper } = open(t, path);
  await keeper.edit(withOverride('one'));
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, -20));
  await waitFor('it is told', () => keeper.problems().length === 1);
  assert.equal(keeper.book.overrides.size, 1);
  await assert.rejects(keeper.edit(withOverride('two')), { code: 'STORE' });
  assert.deepEqual([...keeper.book.overrides.keys()], ['one']);
  rmSync(path);
  await waitFor('it is told that it is gone', () => /it is gone/.test(keeper.problems()[0]?.message ?? ''));
  assert.equal(keeper.book.overrides.size, 1);
  // The next change writes all of it.
  await keeper.edit(withOverride('two'));
  assert.deepEqual(keeper.problems(), []);
  assert.match(readFileSync(path, 'utf8'), /SLUICE_OVERRIDE:one[^]*SLUICE_OVERRIDE:two/);
});

test('a folder that does not exist is an error, and nothing has changed', async (t) => {
  const { keeper, seen } = open(t, join(folderFor(t), 'nothing', 'book.json'));
  await assert.rejects(keeper.edit(withOverride('one')), { code: 'STORE' });
  assert.equal(seen.length, 0);
  assert.equal(keeper.book.revision, 0);
});

test('what somebody edits by hand is in force, and is not written over by who has not seen it', async (t) => {
  const path = join(folderFor(t), 'book.json');
  const { keeper } = keeperOf(openFileBook(path, 3_600_000));
  lastly(t, async () => keeper.close());
  await keeper.edit(withOverride('one'));
  writeFileSync(path, readFileSync(path, 'utf8').replace('task-one', 'task-other'));
  await assert.rejects(keeper.edit(withOverride('two')), { code: 'CONFLICT' });
  const override = keeper.book.overrides.get('one');
  assert.equal(override?.kind === 'drain-task' ? override.taskId : '', 'task-other');
  await keeper.edit(withOverride('two'));
  assert.equal(keeper.book.overrides.size, 2);
});
