// npm run soak -- [--seed N] [--minutes N] [--kill-haproxy]: random faults of every kind under a steady load; exit code 1 when anything was not as it
// should be. Each thing that is done is printed with its time; the same seed does the same again, in the same order.
import { parseArgs } from 'node:util';
import type { Ending } from '../kit/lastly.ts';
import type { Measured } from './measure.ts';
import { BOUNDS } from './measure.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    minutes: { type: 'string', default: '10' },
    'kill-haproxy': { type: 'boolean', default: false },
  },
});
const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
if (!Number.isSafeInteger(seed) || !(minutes > 0)) {
  console.error('usage: npm run soak -- [--seed N] [--minutes N] [--kill-haproxy]');
  process.exit(2);
}

const ends: (() => unknown)[] = [];
const ending: Ending = {
  after: (end) => {
    ends.push(end);
  },
};
const endAll = async (): Promise<void> => {
  for (const end of ends.splice(0).reverse()) await end();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.error(`${signal}: ending what was started`);
    void endAll().finally(() => process.exit(1));
  });
}

const row = (measured: Measured | undefined, who: 'sluice' | 'master' | 'worker', what: 'megabytes' | 'descriptors'): string =>
  String(measured?.[who][what] ?? '?').padStart(6);

let isWell: boolean;
try {
  console.log(`seed ${seed}, ${minutes} min`);
  const report = await soak(ending, { seed, seconds: minutes * 60, killHaproxy: values['kill-haproxy'], say: console.log });
  console.log(
    `\nseed ${seed}, ${minutes} min: ${report.requests} requests, ${report.failures.length} failed, ${report.lost} lost with HAProxy`,
  );
  console.log(
    `${report.starts} Sluices; ${Object.entries(report.done)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ')}`,
  );
  console.log('                        before   after   may grow by');
  for (const who of ['sluice', 'master', 'worker'] as const) {
    for (const what of ['megabytes', 'descriptors'] as const) {
      const name = `${who === 'sluice' ? 'Sluice' : `HAProxy's ${who}`}, ${what === 'megabytes' ? 'MB' : what}`;
      console.log(`${name.padEnd(24)}${row(report.before, who, what)}  ${row(report.after, who, what)}   ${BOUNDS[who][what]}`);
    }
  }
  console.log(
    `old workers             ${String(report.before?.oldWorkers ?? '?').padStart(6)}  ${String(report.after?.oldWorkers ?? '?').padStart(6)}   0 in the end`,
  );
  for (const { kind, what } of report.failures.slice(0, 20)) console.log(`failed: ${kind}, ${what}`);
  for (const problem of report.problems) console.log(`WRONG: ${problem}`);
  isWell = report.problems.length === 0;
  console.log(
    isWell
      ? 'the plan is noop, every route is right, nothing has grown'
      : `to do the same again: npm run soak -- --seed ${seed} --minutes ${minutes}`,
  );
} finally {
  await endAll();
}
process.exit(isWell ? 0 : 1);
