import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { AppInput } from '../src/demo/specs/app-schema.ts';
import type { Bench } from './kit/benchmark.ts';
import { ByHand } from './kit/by-hand.ts';
import { nowMs } from './kit/clock.ts';
import { type BenchEdge, startEdge } from './kit/edge.ts';
import { aDefinition, hostOf, manyDefinitions } from './kit/many-definitions.ts';
import { Prober } from './kit/prober.ts';
import type { Bar, Report, Row } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';

const SIZES = [100, 1000, 5000];
const TASKS = 5;
/** The sizes take turns: a block of changes at each, so that a neighbour's noise meets all of them. */
const ROUNDS = 8;
const BLOCK = 25;
/** Until the files that a block of changes leaves to be written are written, so that no other size pays for it. */
const QUIET_MS = 1500;

const AGENTS = TASKS + 3;
/**
 * The two apps that are measured. Their tasks are on agents of their own, so a new one has an address that no other has. With leastconn, and a
 * connection held on each task that is there, the next request goes to the new one: the turn of five others would hide most of the difference.
 */
const measured = (name: string): AppInput =>
  aDefinition(name, TASKS, {
    constraints: [['hostname', 'UNIQUE']],
    labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: hostOf(name), HAPROXY_0_BALANCE: 'leastconn' },
  });

/** One edge of a size, with what was measured on it. */
interface Course {
  readonly apps: number;
  readonly edge: BenchEdge;
  readonly prober: Prober;
  readonly byHand: ByHand;
  readonly known: Readonly<Record<'subject' | 'reference', ReadonlySet<string>>>;
  /** Where the hand-made server sends its requests: a task that is none of the app's. */
  readonly upstream: string;
  /** Of the app 'reference'. */
  readonly backend: string;
  readonly subject: number[];
  readonly reference: number[];
}

const addressesOf = async ({ standIn }: BenchEdge, app: string): Promise<ReadonlySet<string>> =>
  new Set((await standIn.runningTasks(`/bench/${app}`)).map(({ host, port }) => `${host}:${port}`));

/** One WebSocket after the other: leastconn gives each task one. */
const holdConnections = async (port: number, host: string, ends: Bench['ends']): Promise<void> => {
  for (let count = 0; count < TASKS; count++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host } });
    ends.add(() => socket.terminate());
    await once(socket, 'open');
  }
};

const prepare = async (haproxy: HaproxyUnderTest, apps: number, { ends }: Bench): Promise<Course> => {
  const seed = [...manyDefinitions(apps, TASKS), measured('subject'), measured('reference')];
  const edge = await startEdge({ haproxy: haproxy.binary, standIn: { seed, upstreams: 'shared', agents: AGENTS }, ends });
  const prober = new Prober(edge.ports.http);
  ends.add(() => prober.close());
  const byHand = await ByHand.open(edge.adminSocket);
  ends.add(() => byHand.close());
  for (const app of ['subject', 'reference']) await holdConnections(edge.ports.http, hostOf(app), ends);
  const known = { subject: await addressesOf(edge, 'subject'), reference: await addressesOf(edge, 'reference') };
  const others = await Promise.all(['app0', 'app1', 'app2'].map((app) => addressesOf(edge, app)));
  const upstream = others.flatMap((addresses) => [...addresses]).find((address) => !known.reference.has(address));
  if (upstream === undefined) throw new Error('the stand-in has too few addresses');
  const backend = await byHand.backendOf(hostOf('reference'));
  return { apps, edge, prober, byHand, known, upstream, backend, subject: [], reference: [] };
};

/** Asks without a pause until a task answers that was not there before. */
const firstAnswer = async ({ prober, known }: Course, app: 'subject' | 'reference'): Promise<number> =>
  prober.until(hostOf(app), ({ from }) => from !== undefined && !known[app].has(from), 0);

/** A task comes: from just before its first event to its first answer through HAProxy. Then it goes again. */
const measureSubject = async (course: Course): Promise<void> => {
  const { standIn } = course.edge;
  const live = firstAnswer(course, 'subject');
  const [{ taskId, sentAtMs }, liveAtMs] = await Promise.all([standIn.addTask('/bench/subject'), live]);
  course.subject.push(liveAtMs - sentAtMs);
  await standIn.removeTask('/bench/subject', taskId);
};

/** The same by hand: two commands on a session that is open already, and the first answer. */
const measureReference = async (course: Course): Promise<void> => {
  const { byHand, backend, upstream, reference } = course;
  const live = firstAnswer(course, 'reference');
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
        await measureSubject(course);
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
