import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './kit/benchmark.ts';
import { ByHand } from './kit/by-hand.ts';
import { nowMs } from './kit/clock.ts';
import { type BenchEdge, startEdge } from './kit/edge.ts';
import { hostOf, manyDefinitions } from './kit/many-definitions.ts';
import { addressesOf, AGENTS, measured, NewTask, TASKS } from './kit/new-task.ts';
import { Prober } from './kit/prober.ts';
import type { Bar, Report, Row } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';

const SIZES = [100, 1000, 5000];
/** The sizes take turns: a block of changes at each, so that a neighbour's noise meets all of them. */
const ROUNDS = 8;
const BLOCK = 25;
/** Until the files that a block of changes leaves to be written are written, so that no other size pays for it. */
const QUIET_MS = 1500;

/** One edge of a size, with what was measured on it. */
interface Course {
  readonly apps: number;
  readonly edge: BenchEdge;
  readonly byHand: ByHand;
  readonly tasks: Readonly<Record<'subject' | 'reference', NewTask>>;
  /** Where the hand-made server sends its requests: a task that is none of the app's. */
  readonly upstream: string;
  /** Of the app 'reference'. */
  readonly backend: string;
  readonly subject: number[];
  readonly reference: number[];
}

const prepare = async (haproxy: HaproxyUnderTest, apps: number, { ends, overriding }: Bench): Promise<Course> => {
  const seed = [...manyDefinitions(apps, TASKS, overriding), measured('subject'), measured('reference')];
  const edge = await startEdge({ haproxy: haproxy.binary, standIn: { seed, upstreams: 'shared', agents: AGENTS }, ends });
  const prober = new Prober(edge.ports.http);
  ends.add(() => prober.close());
  const byHand = await ByHand.open(edge.adminSocket);
  ends.add(() => byHand.close());
  const open = async (app: string): Promise<NewTask> => NewTask.open(edge, prober, app, ends);
  const tasks = { subject: await open('subject'), reference: await open('reference') };
  const others = await Promise.all(['app0', 'app1', 'app2'].map((app) => addressesOf(edge, app)));
  const upstream = others.flatMap((addresses) => [...addresses]).find((address) => !tasks.reference.known.has(address));
  if (upstream === undefined) throw new Error('the stand-in has too few addresses');
  const backend = await byHand.backendOf(hostOf('reference'));
  return { apps, edge, byHand, tasks, upstream, backend, subject: [], reference: [] };
};

/** The same by hand: two commands on a session that is open already, and the first answer. */
const measureReference = async ({ byHand, backend, upstream, reference, tasks }: Course): Promise<void> => {
  const live = tasks.reference.firstAnswer();
  const sentAtMs = nowMs();
  await byHand.addServer(`${backend}/by-hand`, upstream);
  reference.push((await live) - sentAtMs);
  await byHand.removeServer(`${backend}/by-hand`);
};

const measure = async (courses: readonly Course[], say: Bench['say']): Promise<void> => {
  for (let round = 0; round < ROUNDS; round++) {
    for (const course of courses) {
      for (let count = 0; count < BLOCK; count++) {
        await measureReference(course);
        course.subject.push(await course.tasks.subject.measure());
        // Long enough for the task to be gone again, and at any moment of whatever else goes on.
        await sleep(20 + 30 * Math.random());
      }
      await sleep(QUIET_MS);
    }
    say(`round ${round + 1} of ${ROUNDS}`);
  }
};

const rowOf = ({ apps, subject, reference }: Course): Row => ({
  what: `${apps} apps x ${TASKS}`,
  figures: {
    'p50 ms': median(subject),
    'p99 ms': quantile(subject, 0.99),
    'by hand p50 ms': median(reference),
    'by hand p99 ms': quantile(reference, 0.99),
    'p50 ratio': median(subject) / median(reference),
  },
});

const barsOf = (courses: readonly Course[]): readonly Bar[] => {
  const [smallest, largest] = [courses[0], courses.at(-1)];
  if (smallest === undefined || largest === undefined) return [];
  const growth = median(largest.subject) / median(smallest.subject);
  return [
    { what: `p50 at ${largest.apps} apps / p50 at ${smallest.apps}`, value: growth, atMost: 1.5 },
    ...courses.map(({ apps, subject, reference }) => ({
      what: `p50 at ${apps} apps / by hand`,
      value: median(subject) / median(reference),
      atMost: 10,
    })),
  ];
};

/** From the event that a task runs to its first answer through HAProxy, beside an `add server` by hand and its first answer. */
export async function* run(bench: Bench): AsyncGenerator<Report> {
  for (const haproxy of bench.haproxies) {
    const courses: Course[] = [];
    for (const apps of SIZES) {
      bench.say(`HAProxy ${haproxy.version}: starting with ${apps} apps`);
      courses.push(await prepare(haproxy, apps, bench));
    }
    await measure(courses, bench.say);
    yield { name: 'event-to-live', haproxy: haproxy.version, rows: courses.map(rowOf), bars: barsOf(courses) };
    await bench.ends.close();
  }
}
