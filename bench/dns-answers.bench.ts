import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './kit/benchmark.ts';
import { askRaw } from './kit/dns/ask-udp.ts';
import { startBare } from './kit/dns/bare.ts';
import { cpuSeconds, residentMb } from './kit/dns/cpu.ts';
import { dnsperf } from './kit/dns/dnsperf.ts';
import { startKnot } from './kit/dns/knot.ts';
import type { Responder } from './kit/dns/responder.ts';
import { type SluiceDns, startSluiceDns } from './kit/dns/sluice-dns.ts';
import { addressNames, benchTask, benchTasks, SERVICE, zoneLines } from './kit/dns/zones.ts';
import type { Bar, Report, Row } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';

const SIZES = [10, 5000, 25_000];
/** Everybody has a turn in each round, so that a neighbour's noise meets all of them. */
const ROUNDS = 5;
const SECONDS = 3;
const OUTSTANDING = 50;
/** Well below what is reached: what is measured is how long an answer takes, not how long the queue is. */
const PACED = 4000;
const CHANGES_PER_SECOND = 100;

/** One responder that is asked one kind of question. */
interface Course {
  readonly what: string;
  readonly responder: Responder;
  readonly file: string;
  readonly microseconds: number[];
  readonly perSecond: number[];
  lost: number;
}

type Kind = 'A' | 'SRV';

const burst = async (course: Course): Promise<void> => {
  const before = cpuSeconds(course.responder.pid);
  const { answered, lost, perSecond } = await dnsperf({
    port: course.responder.port,
    file: course.file,
    seconds: SECONDS,
    outstanding: OUTSTANDING,
  });
  course.microseconds.push(((cpuSeconds(course.responder.pid) - before) / answered) * 1e6);
  course.perSecond.push(perSecond);
  course.lost += lost;
};

/** Changes of tasks, one after the other: one begins, and the one before it ends. */
const churn = (dns: SluiceDns): (() => void) => {
  let nth = 0;
  const timer = setInterval(() => {
    nth += 1;
    const [begun, ended] = [benchTask('churn', nth, 100_000 + nth), benchTask('churn', nth - 1, 0)];
    dns.feed.take(nth % 2 === 0 ? { drop: [ended.key] } : { put: [begun] });
  }, 1000 / CHANGES_PER_SECOND);
  return () => clearInterval(timer);
};

const p99 = async (dns: SluiceDns, file: string): Promise<number> => {
  const { latenciesMs } = await dnsperf({ port: dns.port, file, seconds: SECONDS, outstanding: OUTSTANDING, rate: PACED });
  return quantile(latenciesMs, 0.99);
};

interface Churned {
  readonly what: string;
  readonly idle: number[];
  readonly busy: number[];
}

const measureChurn = async (
  dns: readonly SluiceDns[],
  files: ReadonlyMap<string, string>,
  say: Bench['say'],
): Promise<readonly Churned[]> => {
  const all = dns.map(({ name }): Churned => ({ what: name, idle: [], busy: [] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [nth, one] of dns.entries()) {
      const file = files.get(one.name) ?? '';
      all[nth]?.idle.push(await p99(one, file));
      const stop = churn(one);
      all[nth]?.busy.push(await p99(one, file));
      stop();
    }
    say(`p99, round ${round + 1} of ${ROUNDS}`);
  }
  return all;
};

const rowOf = ({ what, microseconds, perSecond, lost }: Course): Row => ({
  what,
  figures: { 'CPU us a query': median(microseconds), 'queries/s': median(perSecond), lost },
});

/** Of medians of each round's own ratio: both had the same neighbours. */
const ratio = (one: Course, other: Course): number =>
  median(one.microseconds.map((value, round) => value / (other.microseconds[round] ?? Number.NaN)));

/** CPU of an answer, beside the least that a responder on this Node needs and beside Knot; how long answers take while tasks come and go; memory. */
export async function* run({ ends, say }: Bench): AsyncGenerator<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-dns-'));
  ends.add(async () => rm(folder, { recursive: true, force: true }));
  const files = new Map<string, string>();
  const questions = async (name: string, lines: readonly string[]): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, `${lines.join('\n')}\n`);
    return file;
  };
  const srv = await questions('srv', [`${SERVICE} SRV`]);
  const dns: SluiceDns[] = [];
  for (const size of SIZES) {
    say(`starting with ${size} tasks`);
    const one = await startSluiceDns(`${size} tasks`, benchTasks(size), ends);
    dns.push(one);
    files.set(
      one.name,
      await questions(
        `a-${size}`,
        addressNames(size).map((name) => `${name} A`),
      ),
    );
  }
  const [smallest, , largest] = dns;
  if (smallest === undefined || largest === undefined) return;
  const knot = await startKnot(zoneLines(benchTasks(25_000)), ends);
  const bareFor = async (kind: Kind): Promise<Responder> =>
    startBare((await askRaw(smallest.port, kind === 'A' ? 'app0-shop.marathon.mesos' : SERVICE, kind)) ?? Buffer.alloc(0), ends);
  const course = (what: string, responder: Responder, file: string): Course => ({
    what,
    responder,
    file,
    microseconds: [],
    perSecond: [],
    lost: 0,
  });
  const all = files.get(largest.name) ?? '';
  const of = async (kind: Kind): Promise<readonly Course[]> => [
    course(`${kind}, bare dgram`, await bareFor(kind), kind === 'A' ? all : srv),
    course(`${kind}, knot, 25000 tasks`, knot, kind === 'A' ? all : srv),
    ...dns.map((one) => course(`${kind}, Sluice, ${one.name}`, one, kind === 'A' ? (files.get(one.name) ?? '') : srv)),
  ];
  const courses = [...(await of('A')), ...(await of('SRV'))];
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of courses) await burst(one);
    say(`round ${round + 1} of ${ROUNDS}`);
  }
  const churned = await measureChurn(dns, files, say);
  await sleep(1000);
  const [bareA, , a10, , a25, bareSrv, , srv10, , srv25] = courses;
  if (bareA === undefined || a10 === undefined || a25 === undefined || bareSrv === undefined || srv10 === undefined || srv25 === undefined)
    return;
  const bars: Bar[] = [
    { what: 'A, 10 tasks: CPU a query / bare responder', value: ratio(a10, bareA), atMost: 1.6 },
    { what: 'A, 25000 tasks: CPU a query / bare responder', value: ratio(a25, bareA), atMost: 1.6 },
    { what: 'SRV of 20, 25000 tasks: CPU a query / bare responder', value: ratio(srv25, bareSrv), atMost: 2 },
    { what: 'A: CPU a query at 25000 tasks / at 10', value: ratio(a25, a10), atMost: 1.15 },
    { what: 'SRV: CPU a query at 25000 tasks / at 10', value: ratio(srv25, srv10), atMost: 1.15 },
    ...churned.map(({ what, idle, busy }) => ({
      what: `p99 with ${CHANGES_PER_SECOND} changes/s / without, ${what}`,
      value: median(busy.map((value, round) => value / (idle[round] ?? Number.NaN))),
      atMost: 2,
    })),
    { what: 'memory at 25000 tasks, MB', value: residentMb(largest.pid), atMost: 250 },
  ];
  const rows = [
    ...courses.map(rowOf),
    ...churned.map(({ what, idle, busy }): Row => ({
      what: `p99 at ${PACED}/s, ${what}`,
      figures: { 'idle ms': median(idle), 'changing ms': median(busy) },
    })),
    ...dns.map(({ name, pid, facts }): Row => ({
      what: `memory, ${name}`,
      figures: { MB: residentMb(pid), records: facts()?.records ?? 0 },
    })),
  ];
  yield { name: 'dns-answers', haproxy: 'without HAProxy', rows, bars };
}
