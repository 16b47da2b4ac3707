// npm run bench -- NAME... [--json] [--haproxy PATH] [--overriding PERCENT]: runs benchmarks, prints medians and ratios; exit code 1 when a bar is missed.
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Run } from './kit/benchmark.ts';
import { Ends } from './kit/ends.ts';
import { findHaproxies } from './kit/haproxies.ts';
import { describeReport, holds } from './kit/report.ts';

const names = globSync('*.bench.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.bench.ts'))
  .sort();

const USAGE = `usage: npm run bench -- NAME... [--json] [--haproxy PATH] [--overriding PERCENT]
names: ${names.join(', ')}
HAProxy: --haproxy PATH, or SLUICE_HAPROXY or the one in PATH and those below build/
--overriding: how many of a hundred apps have texts in place of templates; 0`;

const refuse = (message: string): never => {
  console.error(message === '' ? USAGE : `${message}\n${USAGE}`);
  process.exit(2);
};

interface CommandLine {
  readonly wanted: readonly string[];
  readonly json: boolean;
  readonly haproxy: string | undefined;
  readonly overriding: number;
}

const commandLine = (): CommandLine => {
  try {
    const { values, positionals } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        haproxy: { type: 'string' },
        overriding: { type: 'string', default: '0' },
      },
      allowPositionals: true,
    });
    const unknown = positionals.filter((name) => !names.includes(name));
    if (unknown.length > 0) refuse(`no benchmark ${unknown.join(', ')}`);
    if (!/^\d{1,2}$|^100$/.test(values.overriding)) refuse(`--overriding is '${values.overriding}' and must be 0 to 100`);
    const { json, haproxy, overriding } = values;
    return { wanted: positionals.length > 0 ? positionals : refuse(''), json, haproxy, overriding: Number(overriding) };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
};

const { wanted, json, haproxy, overriding } = commandLine();
const ends = new Ends();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.error(`${signal}: ending what was started`);
    void ends.close().finally(() => process.exit(1));
  });
}

let missed = false;
try {
  const haproxies = findHaproxies(haproxy);
  for (const name of wanted) {
    const { run } = (await import(`./${name}.bench.ts`)) as { readonly run: Run };
    for await (const report of run({ haproxies, ends, overriding, say: (text) => console.error(`${name}: ${text}`) })) {
      const named = overriding === 0 ? report : { ...report, name: `${report.name}, ${overriding} % overriding` };
      console.log(json ? JSON.stringify(named) : describeReport(named));
      missed ||= !report.bars.every(holds);
    }
    await ends.close();
  }
} finally {
  await ends.close();
}
process.exit(missed ? 1 : 0);
