import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { Problem } from '../../src/kit/problem.ts';
import { KnownProblems } from '../../src/report/known-problems.ts';
import { waitFor } from '../kit/wait-for.ts';

test('a problem is said once when it comes and once when it is gone, and known since when it is there', async (t) => {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false, messageKey: 'said' }, { write: (line: string) => lines.push(line) });
  let problems: readonly Problem[] = [{ appId: '/evil', portIndex: 0, label: 'HAPROXY_0_PORT', message: 'no port' }];
  const known = new KnownProblems({ log, problems: () => problems, delayMs: 1 });
  t.after(() => known.close());
  known.note();
  await waitFor('the first line', () => lines.length === 1);
  known.note();
  const [first] = known.list();
  assert.deepEqual({ ...first, since: '' }, { ...problems[0], since: '' });
  assert.ok(Math.abs(Date.now() - Date.parse(first?.since ?? '')) < 600_000);
  problems = [...problems, { appId: '/other', message: 'taken' }];
  known.note();
  await waitFor('the second line', () => lines.length === 2);
  assert.deepEqual([known.list()[0], known.list().length], [first, 2]);
  problems = [];
  known.note();
  await waitFor('both to be gone', () => lines.length === 4);
  assert.deepEqual(
    lines
      .map((line) => JSON.parse(line) as { appId: string; message: string; said: string })
      .map(({ appId, message, said }) => [appId, message, said]),
    [
      ['/evil', 'no port', 'problem'],
      ['/other', 'taken', 'problem'],
      ['/evil', 'no port', 'problem is gone'],
      ['/other', 'taken', 'problem is gone'],
    ],
  );
});
