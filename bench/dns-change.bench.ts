import type { Bench } from './kit/benchmark.ts';
import { benchTask, benchTasks, OPTIONS } from './kit/dns/zones.ts';
import type { Bar, Report, Row } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';
import { Zone } from '../src/dns/zone.ts';

const SIZES = [10, 5000, 25_000];
/** The sizes take turns. */
const ROUNDS = 200;
const BLOCK = 20;

interface Course {
  readonly size: number;
  readonly zone: Zone;
  readonly begun: number[];
  readonly changed: number[];
  readonly ended: number[];
}

const timed = (into: number[], work: () => void): void => {
  const before = performance.now();
  work();
  into.push((performance.now() - before) * 1000);
};

/** A task begins beside others of its app, fails its checks, and ends. */
const measure = ({ zone, begun, changed, ended }: Course, nth: number): void => {
  const task = benchTask('app0', 1000 + nth, 200_000 + nth);
  timed(begun, () => zone.apply({ put: [task] }));
  timed(changed, () => zone.apply({ put: [{ ...task, fitness: 'unfit' }] }));
  timed(ended, () => zone.apply({ drop: [task.key] }));
};

const rowOf = ({ size, begun, changed, ended }: Course): Row => ({
  what: `${size} tasks`,
  figures: {
    'begins p50 us': median(begun),
    'fails p50 us': median(changed),
    'ends p50 us': median(ended),
    'begins p99 us': quantile(begun, 0.99),
  },
});

const cost = ({ begun, changed, ended }: Course): number => median(begun) + median(changed) + median(ended);

/** What a change of one task costs in the zone, whatever else is in it. */
export async function* run({ say }: Bench): AsyncGenerator<Report> {
  const courses = SIZES.map((size): Course => {
    say(`making a zone of ${size} tasks`);
    const zone = new Zone(OPTIONS);
    for (const task of benchTasks(size)) zone.apply({ put: [task] });
    return { size, zone, begun: [], changed: [], ended: [] };
  });
  for (let round = 0; round < ROUNDS; round++)
    for (const course of courses) for (let nth = 0; nth < BLOCK; nth++) measure(course, round * BLOCK + nth);
  const [smallest, , largest] = courses;
  if (smallest === undefined || largest === undefined) return;
  const bars: Bar[] = [
    { what: `a task's life at ${largest.size} tasks / at ${smallest.size}`, value: cost(largest) / cost(smallest), atMost: 1.5 },
  ];
  yield { name: 'dns-change', haproxy: 'without HAProxy', rows: courses.map(rowOf), bars };
}
