import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../test/kit/free-ports.ts';
import type { Bench } from './kit/benchmark.ts';
import { DnsProber } from './kit/dns/dns-prober.ts';
import { EventListener } from './kit/dns/event-listener.ts';
import { type BenchEdge, startEdge } from './kit/edge.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';
import { manyDefinitions } from './kit/many-definitions.ts';
import { AGENTS, measured, TASKS } from './kit/new-task.ts';
import type { Report, Row } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';

const SIZES = [10, 1000, 5000];
const ROUNDS = 6;
const BLOCK = 25;
const QUIET_MS = 1500;

interface Course {
  readonly apps: number;
  readonly edge: BenchEdge;
  readonly prober: DnsProber;
  readonly listener: EventListener;
  readonly answered: number[];
  readonly heard: number[];
}

const prepare = async (haproxy: HaproxyUnderTest, apps: number, { ends }: Bench): Promise<Course> => {
  const [port = 0] = await freePorts(1);
  const seed = [...manyDefinitions(apps, TASKS, 0), measured('subject')];
  const standIn = { seed, upstreams: 'shared' as const, agents: AGENTS };
  const edge = await startEdge({ haproxy: haproxy.binary, standIn, flags: ['--dns-listen', `127.0.0.1:${port}`], ends });
  const prober = await DnsProber.open(port, '_subject-bench._tcp.marathon.mesos');
  ends.add(() => prober.close());
  await prober.until(TASKS);
  const listener = await EventListener.open(edge.standIn.url);
  ends.add(() => listener.close());
  return { apps, edge, prober, listener, answered: [], heard: [] };
};

/** A task begins to run: when another listener hears of it, and when its address is answered. */
const measure = async ({ edge, prober, listener, answered, heard }: Course): Promise<void> => {
  const [{ taskId, sentAtMs }, heardAtMs, answeredAtMs] = await Promise.all([
    edge.standIn.addTask('/bench/subject'),
    listener.nextRunning(),
    prober.until(TASKS + 1),
  ]);
  answered.push(answeredAtMs - sentAtMs);
  heard.push(heardAtMs - sentAtMs);
  await edge.standIn.removeTask('/bench/subject', taskId);
  await prober.until(TASKS);
};

const rowOf = ({ apps, answered, heard }: Course): Row => ({
  what: `${apps} apps x ${TASKS}`,
  figures: {
    'answered p50 ms': median(answered),
    'answered p99 ms': quantile(answered, 0.99),
    'heard p50 ms': median(heard),
    'heard p99 ms': quantile(heard, 0.99),
  },
});

/** From the event that a task runs to the first DNS answer with its address, beside when a bare listener hears the same event. */
export async function* run(bench: Bench): AsyncGenerator<Report> {
  const [haproxy] = bench.haproxies;
  if (haproxy === undefined) return;
  const courses: Course[] = [];
  for (const apps of SIZES) {
    bench.say(`starting with ${apps} apps`);
    courses.push(await prepare(haproxy, apps, bench));
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const course of courses) {
      for (let count = 0; count < BLOCK; count++) {
        await measure(course);
        await sleep(20 + 30 * Math.random());
      }
      await sleep(QUIET_MS);
    }
    bench.say(`round ${round + 1} of ${ROUNDS}`);
  }
  yield {
    name: 'event-to-answer',
    haproxy: haproxy.version,
    rows: courses.map(rowOf),
    bars: courses.map(({ apps, answered, heard }) => ({
      what: `${apps} apps: p50 to the answer, above p50 to a listener, ms`,
      value: median(answered) - median(heard),
      atMost: 5,
    })),
  };
}
