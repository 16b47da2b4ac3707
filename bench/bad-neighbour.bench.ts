import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AppInput } from '../src/demo/specs/app-schema.ts';
import { tempFolder } from '../test/kit/temp-folder.ts';
import type { Bench } from './kit/benchmark.ts';
import { type BenchEdge, startEdge } from './kit/edge.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';
import { aDefinition, hostOf, manyDefinitions } from './kit/many-definitions.ts';
import { AGENTS, measured, NewTask, TASKS } from './kit/new-task.ts';
import { Prober } from './kit/prober.ts';
import type { Report, Row } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';

const APPS = 1000;
/** The two take turns, a block of changes each, so that the machine's noise meets both. */
const ROUNDS = 10;
const BLOCK = 25;
/** Until the files that a block of changes leaves to be written are written. */
const QUIET_MS = 1500;

const OWN_TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));

/** Templates of an operator that HAProxy refuses for sticky apps. */
const templatesFor = (ends: Bench['ends']): string => {
  const { path, remove } = tempFolder();
  ends.add(remove);
  const file = join(path, 'profile.hbs');
  cpSync(join(OWN_TEMPLATES, 'profile.hbs'), file);
  writeFileSync(file, `${readFileSync(file, 'utf8')}{{#if cookie}}\n  http-request deny if nope\n{{/if}}\n`);
  return path;
};

/** The neighbour: one that HAProxy refuses, or one like all others. */
const neighbour = (kind: 'bad' | 'good'): AppInput =>
  aDefinition('neighbour', TASKS, {
    labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: hostOf('neighbour'), HAPROXY_0_STICKY: String(kind === 'bad') },
  });

/** One edge, with what was measured on it. */
interface Course {
  readonly what: string;
  readonly edge: BenchEdge;
  readonly refused: number;
  readonly task: NewTask;
  readonly liveMs: number[];
}

const assertRefused = async ({ sluice }: BenchEdge, expected: number): Promise<void> => {
  const { problems } = await sluice.status();
  const refused = problems.filter(({ message }) => message.startsWith('HAProxy refuses this port'));
  if (refused.length !== expected || problems.length !== expected)
    throw new Error(`${expected} app should be refused, and the problems are ${JSON.stringify(problems)}`);
};

const prepare = async (
  haproxy: HaproxyUnderTest,
  kind: 'bad' | 'good',
  templates: string,
  { ends, overriding }: Bench,
): Promise<Course> => {
  const seed = [...manyDefinitions(APPS - 1, TASKS, overriding), neighbour(kind), measured('subject')];
  const flags = ['--templates-dir', templates];
  const edge = await startEdge({ haproxy: haproxy.binary, standIn: { seed, upstreams: 'shared', agents: AGENTS }, flags, ends });
  const refused = kind === 'bad' ? 1 : 0;
  await assertRefused(edge, refused);
  const prober = new Prober(edge.ports.http);
  ends.add(() => prober.close());
  const what = kind === 'bad' ? `${APPS} apps, HAProxy refuses one` : `${APPS} apps, all good`;
  return { what, edge, refused, task: await NewTask.open(edge, prober, 'subject', ends), liveMs: [] };
};

const measure = async (courses: readonly Course[], say: Bench['say']): Promise<void> => {
  for (let round = 0; round < ROUNDS; round++) {
    for (const { task, liveMs } of courses) {
      for (let count = 0; count < BLOCK; count++) {
        liveMs.push(await task.measure());
        await sleep(20 + 30 * Math.random());
      }
      await sleep(QUIET_MS);
    }
    say(`round ${round + 1} of ${ROUNDS}`);
  }
};

const rowOf = ({ what, liveMs }: Course): Row => ({ what, figures: { 'p50 ms': median(liveMs), 'p99 ms': quantile(liveMs, 0.99) } });

/** From the event that a task of a good app runs to its first answer, with and without an app beside it that HAProxy refuses. */
export async function* run(bench: Bench): AsyncGenerator<Report> {
  for (const haproxy of bench.haproxies) {
    bench.say(`HAProxy ${haproxy.version}: starting with ${APPS} apps, twice`);
    const templates = templatesFor(bench.ends);
    const none = await prepare(haproxy, 'good', templates, bench);
    const bad = await prepare(haproxy, 'bad', templates, bench);
    await measure([none, bad], bench.say);
    // All the time, that is.
    for (const { edge, refused } of [none, bad]) await assertRefused(edge, refused);
    yield {
      name: 'bad-neighbour',
      haproxy: haproxy.version,
      rows: [none, bad].map(rowOf),
      bars: [{ what: 'p50 with a bad app / p50 without', value: median(bad.liveMs) / median(none.liveMs), atMost: 1.2 }],
    };
    await bench.ends.close();
  }
}
