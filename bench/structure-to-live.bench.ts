import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { findBinary } from '../src/haproxy/binary.ts';
import { askCapabilities } from '../src/haproxy/capabilities.ts';
import { freePorts } from '../test/kit/free-ports.ts';
import { tempFolder } from '../test/kit/temp-folder.ts';
import { waitFor } from '../test/kit/wait-for.ts';
import type { Bench } from './kit/benchmark.ts';
import { ByHand } from './kit/by-hand.ts';
import { nowMs } from './kit/clock.ts';
import { type BenchEdge, startEdge } from './kit/edge.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';
import { aDefinition, hostOf, manyDefinitions } from './kit/many-definitions.ts';
import { Prober } from './kit/prober.ts';
import type { Bar, Report, Row } from './kit/report.ts';
import { SecondHaproxy } from './kit/second-haproxy.ts';
import { median, quantile } from './kit/stats.ts';

const SIZES = [100, 1000, 5000];
const TASKS = 5;
/** The sizes take turns. */
const ROUNDS = 4;
const BLOCK = { steps: 20, reload: 3 };
/** What Marathon itself takes from an app to its running task is cut to about 2 ms. */
const TIME_SCALE = 0.001;
/** Asking without a pause would slow the reload down that is measured. */
const RELOAD_PROBE_MS = 5;
/** For the files of a block of steps to be written. */
const QUIET_MS = 1500;
/** Beyond a multiple of the bare reload: reading the app, rendering, confirming. */
const RELOAD_ALLOWANCE_MS = 50;

/** How a new app comes into this HAProxy. */
type Way = 'steps' | 'reload';

interface Course {
  readonly apps: number;
  readonly way: Way;
  readonly edge: BenchEdge;
  readonly prober: Prober;
  /** Resolves to how long it took by hand, in ms. */
  readonly byHand: () => Promise<number>;
  readonly subject: number[];
  readonly reference: number[];
}

const isAnswered = ({ status }: { readonly status: number }): boolean => status === 200;

/** A `haproxy -c` and a reload of a copy of the files, and a first answer. */
const reloadByHand = async (haproxy: HaproxyUnderTest, edge: BenchEdge, { ends }: Bench): Promise<Course['byHand']> => {
  const folder = tempFolder();
  ends.add(folder.remove);
  const ports = await freePorts(4);
  const replaced = new Map([[edge.runDir, folder.path]]);
  const originals = [edge.ports.http, edge.ports.https, edge.ports.stats, edge.ports.appId];
  for (const [index, port] of originals.entries()) replaced.set(`127.0.0.1:${port}`, `127.0.0.1:${ports[index] ?? 0}`);
  const second = await SecondHaproxy.start(haproxy.binary, join(edge.runDir, 'config'), folder.path, replaced);
  ends.add(() => second.close());
  const prober = new Prober(ports[0] ?? 0);
  ends.add(() => prober.close());
  return async () => {
    const beganMs = nowMs();
    await second.check();
    await second.reload();
    return (await prober.until(hostOf('app0'), isAnswered, 0)) - beganMs;
  };
};

/** The commands for a backend with one server and its route, and a first answer. */
const stepsByHand = async (edge: BenchEdge, prober: Prober, { ends }: Bench): Promise<Course['byHand']> => {
  const byHand = await ByHand.open(edge.adminSocket);
  ends.add(() => byHand.close());
  const [task] = await edge.standIn.runningTasks('/bench/app0');
  const config = readFileSync(join(edge.runDir, 'config', 'haproxy.cfg'), 'utf8');
  const profile = /^backend bench_app0_\d+ from (\S+)/m.exec(config)?.[1];
  if (task === undefined || profile === undefined) throw new Error('the edge has no app0');
  return async () => {
    const beganMs = nowMs();
    await byHand.addApp('by-hand', profile, `${task.host}:${task.port}`, hostOf('by-hand'));
    const tookMs = (await prober.until(hostOf('by-hand'), isAnswered, 0)) - beganMs;
    await byHand.removeApp('by-hand', hostOf('by-hand'));
    return tookMs;
  };
};

const prepare = async (haproxy: HaproxyUnderTest, apps: number, way: Way, bench: Bench): Promise<Course> => {
  const standIn = { seed: manyDefinitions(apps, TASKS, bench.overriding), upstreams: 'shared', timeScale: TIME_SCALE } as const;
  const edge = await startEdge({ haproxy: haproxy.binary, standIn, ends: bench.ends });
  const prober = new Prober(edge.ports.http);
  bench.ends.add(() => prober.close());
  const byHand = way === 'steps' ? await stepsByHand(edge, prober, bench) : await reloadByHand(haproxy, edge, bench);
  return { apps, way, edge, prober, byHand, subject: [], reference: [] };
};

const post = async (edge: BenchEdge, definition: object): Promise<void> => {
  const { statusCode, body } = await request(`${edge.standIn.url}/v2/apps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(definition),
  });
  const text = await body.text();
  if (statusCode !== 201) throw new Error(`Marathon answered ${statusCode} ${text}`);
};

const reloadsOf = async ({ sluice }: BenchEdge): Promise<number> => (await sluice.status()).counters.reloads;

/** A second reload waits for a spacing that follows what the last one cost: each new app comes to an edge that has rested. */
const rest = async ({ sluice }: BenchEdge): Promise<void> => {
  const { lastReload } = await sluice.status();
  const readyAt =
    lastReload === undefined ? 0 : Date.parse(lastReload.at) + lastReload.durationMs + Math.max(200, 3 * lastReload.durationMs);
  await sleep(Math.max(50, readyAt + 100 - Date.now()));
};

let posted = 0;

/** A new app: from the post at Marathon to the first 200 through its virtual host. */
const measureSubject = async ({ edge, prober, way, subject }: Course): Promise<void> => {
  const name = `new${++posted}`;
  const reloads = await reloadsOf(edge);
  const sentAtMs = nowMs();
  await post(edge, aDefinition(name, 1));
  subject.push((await prober.until(hostOf(name), isAnswered, way === 'reload' ? RELOAD_PROBE_MS : 0)) - sentAtMs);
  // The new worker answers before Sluice has confirmed it.
  if (way === 'reload') await waitFor('the reload is confirmed', async () => (await reloadsOf(edge)) > reloads);
};

const measure = async (courses: readonly Course[], say: Bench['say']): Promise<void> => {
  for (let round = 0; round < ROUNDS; round++) {
    for (const course of courses) {
      for (let count = 0; count < BLOCK[course.way]; count++) {
        await rest(course.edge);
        course.reference.push(await course.byHand());
        await measureSubject(course);
      }
      await sleep(QUIET_MS);
    }
    say(`round ${round + 1} of ${ROUNDS}`);
  }
};

const rowOf = ({ apps, subject, reference }: Course): Row => ({
  what: `${apps} apps x ${TASKS}`,
  figures: {
    samples: subject.length,
    'p50 ms': median(subject),
    'p99 ms': quantile(subject, 0.99),
    'by hand p50 ms': median(reference),
    'by hand p99 ms': quantile(reference, 0.99),
    'p50 ratio': median(subject) / median(reference),
  },
});

const reloadBar = ({ apps, subject, reference }: Course): Bar => ({
  what: `p50 at ${apps} apps - ${RELOAD_ALLOWANCE_MS} ms / by hand`,
  value: (median(subject) - RELOAD_ALLOWANCE_MS) / median(reference),
  atMost: 1.5,
});

const stepsBar = ({ apps, subject, reference }: Course): Bar => ({
  what: `p50 at ${apps} apps / by hand`,
  value: median(subject) / median(reference),
  atMost: 10,
});

const growthBar = (courses: readonly Course[]): Bar => ({
  what: `p50 at ${courses.at(-1)?.apps ?? 0} apps / p50 at ${courses[0]?.apps ?? 0}`,
  value: median(courses.at(-1)?.subject ?? []) / median(courses[0]?.subject ?? []),
  atMost: 1.5,
});

/** From the post of a new app to its first 200, beside what HAProxy itself takes for it: check and reload, or a few commands. */
export async function* run(bench: Bench): AsyncGenerator<Report> {
  for (const haproxy of bench.haproxies) {
    const { addBackend } = await askCapabilities(await findBinary(haproxy.binary));
    const way = addBackend ? 'steps' : 'reload';
    const courses: Course[] = [];
    for (const apps of SIZES) {
      bench.say(`HAProxy ${haproxy.version}, by ${way}: starting with ${apps} apps`);
      courses.push(await prepare(haproxy, apps, way, bench));
    }
    await measure(courses, bench.say);
    const bars = way === 'steps' ? [growthBar(courses), ...courses.map(stepsBar)] : courses.map(reloadBar);
    yield { name: `structure-to-live by ${way}`, haproxy: haproxy.version, rows: courses.map(rowOf), bars };
    await bench.ends.close();
  }
}
