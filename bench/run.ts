// npm run bench -- NAME... [--json] [--haproxy PATH]: runs benchmarks, prints medians and ratios; exit code 1 when a bar is missed.
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

const USAGE = `usage: npm run bench -- NAME... [--json] [--haproxy PATH]
names: ${names.join(', ')}
HAProxy: --haproxy PATH, or SLUICE_HAPROXY or the one in PATH and those below build/`;

const refuse = (message: string): never => {
  console.error(message === '' ? USAGE : `${message}\n${USAGE}`);
  process.exit(2);
};

const commandLine = (): { readonly wanted: readonly string[]; readonly json: boolean; readonly haproxy: string | undefined } => {
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: 'boolean', default: false }, haproxy: { type: 'string' } },
      allowPositionals: true,
    });
    const unknown = positionals.filter((name) => !names.includes(name));
    if (unknown.length > 0) refuse(`no benchmark ${unknown.join(', ')}`);
    return { wanted: positionals.length > 0 ? positionals : refuse(''), json: values.json, haproxy: values.haproxy };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
};

const { wanted, json, haproxy } = commandLine();
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
    for await (const report of run({ haproxies, ends, say: (text) => console.error(`${name}: ${text}`) })) {
      console.log(json ? JSON.stringify(report) : describeReport(report));
      missed ||= !report.bars.every(holds);
    }
    await ends.close();
  }
} finally {
  await ends.close();
}
process.exit(missed ? 1 : 0);
