// npm run bench -- NAME... [--json]: runs benchmarks and prints medians and ratios; exit code 1 when a bar is missed.
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describeReport, holds, type Report } from './kit/report.ts';

interface Benchmark {
  readonly run: () => Promise<readonly Report[]>;
}

const json = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const names = globSync('bench/*.bench.ts')
  .map((file) => basename(file, '.bench.ts'))
  .sort();
const unknown = wanted.filter((name) => !names.includes(name));
if (wanted.length === 0 || unknown.length > 0) {
  console.error(
    `${unknown.length > 0 ? `no benchmark ${unknown.join(', ')}. ` : ''}usage: npm run bench -- NAME... [--json]; names: ${names.join(', ')}`,
  );
  process.exit(2);
}

let missed = false;
for (const name of wanted) {
  const { run } = (await import(`./${name}.bench.ts`)) as Benchmark;
  for (const report of await run()) {
    console.log(json ? JSON.stringify(report) : describeReport(report));
    missed ||= !report.bars.every(holds);
  }
}
process.exit(missed ? 1 : 0);
