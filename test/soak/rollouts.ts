// node tools/with-node.js node test/soak/rollouts.ts [--rate N] [--only NAME]...: rollouts of every kind under load, with everything going wrong that may;
// exit code 1 when anything was not as it should be.
import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.ts';
import type { Ending } from '../kit/lastly.ts';
import { SCENARIOS } from './rollouts/scenarios.ts';
import { type Tried, tryScenario } from './rollouts/try-scenario.ts';

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '1000' }, only: { type: 'string', multiple: true } },
});
const rate = Number(values.rate);
const wanted = SCENARIOS.filter(({ name }) => values.only?.some((part) => name.includes(part)) ?? true);
if (!(rate > 0) || wanted.length === 0) {
  console.error('usage: node tools/with-node.js node test/soak/rollouts.ts [--rate N] [--only NAME]...');
  console.error(`--rate: new connections a second; names: ${SCENARIOS.map(({ name }) => `'${name}'`).join(', ')}`);
  process.exit(2);
}

const ends: (() => unknown)[] = [];
const ending = (): Ending => ({ after: (end) => void ends.push(end) });
const endAll = async (): Promise<void> => {
  for (const end of ends.splice(0).reverse()) await end();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.error(`${signal}: ending what was started`);
    void endAll().finally(() => process.exit(1));
  });
}

const rowOf = (name: string, tried: Tried): readonly string[] => [
  name,
  `${tried.requests} requests`,
  `${Math.round(tried.newPerSecond)} new/s`,
  `${tried.failed} failed`,
  tried.own === 0 ? '' : `${tried.own} of the bad one`,
  tried.shares.map(({ asked, measured }) => `${asked}/${measured.toFixed(1)}`).join(' '),
  `${tried.seconds.toFixed(0)} s`,
  tried.problems.length === 0 ? 'ok' : 'WRONG',
];

const rows: (readonly string[])[] = [];
let isWell = true;
try {
  for (const scenario of wanted) {
    const tried = await tryScenario(ending(), scenario, rate, (text) => console.error(`${scenario.name}: ${text}`)).finally(endAll);
    rows.push(rowOf(scenario.name, tried));
    console.error(rows.at(-1)?.join('  '));
    if (tried.problems.length === 0) continue;
    isWell = false;
    console.log([...tried.problems.map((problem) => `WRONG: ${scenario.name}: ${problem}`), tried.details].join('\n'));
  }
} finally {
  await endAll();
}
console.log(['', ...table(rows), '', 'shares: asked/measured, in percent'].join('\n'));
process.exit(isWell ? 0 : 1);
