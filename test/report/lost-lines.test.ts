import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { LostLines } from '../../src/report/lost-lines.ts';

interface Answer {
  readonly pid: number;
  readonly count: number;
}

/** What HAProxy answers to each look, the first of which is at once; undefined: it does not run. */
const lostAfter = async (t: TestContext, answers: readonly (Answer | undefined)[]): Promise<number> => {
  const left = [...answers];
  const ask = async (): Promise<Answer> => {
    const answer = left.shift();
    if (answer === undefined) throw new Error('no HAProxy runs');
    return answer;
  };
  const lines = new LostLines({ log: pino({ level: 'silent' }), ask, everyMs: 3_600_000 });
  t.after(() => lines.close());
  for (let look = 1; look < answers.length; look += 1) await lines.look();
  return lines.count;
};

test('what a HAProxy that was found had lost before is not counted', async (t) =>
  assert.equal(
    await lostAfter(t, [
      { pid: 1, count: 7 },
      { pid: 1, count: 7 },
      { pid: 1, count: 9 },
    ]),
    2,
  ));

test('all that one has lost that came later is', async (t) =>
  assert.equal(await lostAfter(t, [undefined, { pid: 1, count: 7 }, undefined, { pid: 1, count: 8 }]), 8));

test('a new worker begins anew', async (t) =>
  assert.equal(await lostAfter(t, [undefined, { pid: 1, count: 7 }, { pid: 2, count: 3 }, { pid: 2, count: 4 }]), 11));
