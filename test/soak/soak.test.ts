import assert from 'node:assert/strict';
import { it } from 'node:test';
import { soak } from './soak.ts';

it('twenty seconds of random faults of every kind: no request fails, and in the end all is as it should be, and nothing has grown', async (t) => {
  const log: string[] = [];
  const report = await soak(t, { seed: 261, seconds: 20, killHaproxy: false, say: (line) => log.push(line) });
  assert.deepEqual(
    { problems: report.problems, failures: report.failures.slice(0, 10) },
    { problems: [], failures: [] },
    `${JSON.stringify(report.problems)}\n${JSON.stringify(report.failures.slice(0, 10))}\n${log.join('\n')}`,
  );
  assert.ok(report.requests > 0 && log.length > 0);
  t.diagnostic(`${report.requests} requests, ${report.starts} Sluices, ${JSON.stringify(report.done)}`);
});
