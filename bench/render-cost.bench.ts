import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Bench } from './kit/benchmark.ts';
import { manyAppsBody } from './kit/many-apps.ts';
import { median } from './kit/stats.ts';
import type { Report } from './kit/report.ts';

const APPS = 5000;
/** With apps that have texts of their own. */
const APPS_WITH_TEXTS = 1000;
const TASKS = 5;
const RUNS = 5;

interface Cost {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly servers: number;
  readonly configMegabytes: number;
}

const once = async (file: string, apps: number): Promise<Cost> => {
  const { stdout } = await execa(process.execPath, [new URL('render-cost-child.ts', import.meta.url).pathname, file]);
  const cost = JSON.parse(stdout) as Cost;
  if (cost.servers !== apps * TASKS) throw new Error(`${cost.servers} servers were rendered, not ${apps * TASKS}`);
  return cost;
};

/** CPU and peak memory of one full build and render, each run in a process of its own. */
export async function* run({ ends, overriding }: Bench): AsyncGenerator<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  ends.add(() => rmSync(folder, { recursive: true, force: true }));
  const apps = overriding === 0 ? APPS : APPS_WITH_TEXTS;
  const costs: Cost[] = [];
  const file = join(folder, 'apps.json');
  writeFileSync(file, manyAppsBody(apps, TASKS, overriding));
  for (let index = 0; index < RUNS; index++) costs.push(await once(file, apps));
  const cpu = median(costs.map(({ cpuSeconds }) => cpuSeconds));
  const memory = median(costs.map(({ peakMegabytes }) => peakMegabytes));
  yield {
    name: 'render-cost',
    haproxy: 'none',
    rows: [{ what: `${apps} apps x ${TASKS}`, figures: { 'cpu s': cpu, 'peak MB': memory, 'config MB': costs[0]?.configMegabytes ?? 0 } }],
    bars: [
      { what: 'CPU seconds', value: cpu, atMost: 1 },
      { what: 'peak memory MB', value: memory, atMost: 300 },
    ],
  };
}
