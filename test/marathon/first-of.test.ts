import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attempt, firstOf } from '../../src/marathon/first-of.ts';
import { until } from './following.ts';

interface Asked extends Attempt {
  readonly name: string;
  readonly succeed: () => void;
  readonly fail: () => void;
}

/** Asks these, and gives the attempts into the test's hands; each fails with its name, or when it is aborted. */
const askAll = (
  names: readonly string[],
  patienceMs: number,
  signal = new AbortController().signal,
): { asked: readonly Asked[]; found: Promise<string> } => {
  const asked: Asked[] = [];
  const ask = async (name: string, attempt: Attempt): Promise<string> =>
    new Promise((resolve, reject) => {
      attempt.signal.addEventListener('abort', () => reject(new Error(`${name} aborted`)));
      asked.push({ ...attempt, name, succeed: () => resolve(name), fail: () => reject(new Error(name)) });
    });
  const found = firstOf(names, { ask, patienceMs: () => patienceMs }, signal);
  // A test looks at it later.
  found.catch(() => undefined);
  return { asked, found };
};

const namesOf = (asked: readonly Asked[]): string => asked.map(({ name }) => name).join('');
/** So long that whatever was going to happen has happened. */
const later = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

test('who is waited for is asked alone', async () => {
  const { asked, found } = askAll(['a', 'b'], Infinity);
  await later();
  assert.equal(namesOf(asked), 'a');
  asked[0]?.succeed();
  assert.equal(await found, 'a');
  assert.equal(asked[0]?.signal.aborted, true);
});

test('the next is asked as soon as one failed, and all errors are told in order', async () => {
  const { asked, found } = askAll(['a', 'b', 'c'], Infinity);
  for (const at of [0, 1, 2]) {
    await until(() => asked.length === at + 1);
    asked[at]?.fail();
  }
  await assert.rejects(found, (error: AggregateError) => error.errors.map(String).join() === 'Error: a,Error: b,Error: c');
});

test('the next is asked beside one that says nothing; the first that succeeds counts, and the other is aborted', async () => {
  const { asked, found } = askAll(['a', 'b'], 1);
  await until(() => asked.length === 2);
  asked[1]?.succeed();
  assert.equal(await found, 'b');
  assert.equal(asked[0]?.signal.aborted, true);
});

test('one that was slow may still be the first', async () => {
  const { asked, found } = askAll(['a', 'b'], 1);
  await until(() => asked.length === 2);
  asked[1]?.fail();
  asked[0]?.succeed();
  assert.equal(await found, 'a');
});

test('one that begins to answer is not doubled', async () => {
  const { asked, found } = askAll(['a', 'b'], 20);
  asked[0]?.begins();
  await later();
  assert.equal(namesOf(asked), 'a');
  asked[0]?.succeed();
  assert.equal(await found, 'a');
});

test('one that fails after its silence does not have two more asked', async () => {
  const patience = new Map([
    ['a', 1],
    ['b', Infinity],
  ]);
  const asked: Asked[] = [];
  const ask = async (name: string, attempt: Attempt): Promise<string> =>
    new Promise((resolve, reject) => asked.push({ ...attempt, name, succeed: () => resolve(name), fail: () => reject(new Error(name)) }));
  const found = firstOf(['a', 'b', 'c'], { ask, patienceMs: (name) => patience.get(name) ?? Infinity }, new AbortController().signal);
  await until(() => asked.length === 2);
  asked[0]?.fail();
  await later();
  assert.equal(namesOf(asked), 'ab');
  asked[1]?.fail();
  await until(() => asked.length === 3);
  asked[2]?.succeed();
  assert.equal(await found, 'c');
});

test('when nobody wants an answer any more all are aborted, and none is asked anew', async () => {
  const closing = new AbortController();
  const { asked, found } = askAll(Array.from({ length: 1000 }, String), 1, closing.signal);
  await until(() => asked.length >= 2);
  closing.abort(new Error('closed'));
  await assert.rejects(found, /^Error: closed$/);
  const { length } = asked;
  await later();
  assert.ok(asked.length === length && asked.every(({ signal }) => signal.aborted));
});
