import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { AppInput } from '../src/demo/specs/app-schema.ts';
import type { Bench } from './kit/benchmark.ts';
import { type BenchEdge, startEdge } from './kit/edge.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';
import { LoadProcess, type LoadReport } from './kit/load/load-process.ts';
import type { Outcomes } from './kit/load/tally.ts';
import { aDefinition, hostOf, manyDefinitions } from './kit/many-definitions.ts';
import type { Bar, Report, Row } from './kit/report.ts';

const APPS = 20;
const TASKS = 5;
/** Each ends one task and begins another. */
const KILLS = 500;
const KILLS_PER_SECOND = 8;
const RELOADS = 50;
const RELOAD_EVERY_MS = 1000;
/** Of each kind: new connections, and requests on kept ones. */
const PER_SECOND = 1000;
/** The same load before anything changes. */
const CALM_SECONDS = 10;
const KEPT_CONNECTIONS = 100;
const WEB_SOCKETS = 50;
/** They are opened in so many groups, between reloads: each group stays with a worker of its own. */
const GROUPS = 5;
const OLD_WORKERS_LIMIT = 20;
/** Of Marathon's seconds: a replaced task runs after 0.2 s, a killed one serves for 2 s. */
const TIME_SCALE = 0.2;
const GRACE_SECONDS = 10;

const names = Array.from({ length: APPS }, (_, index) => `app${index}`);

/** Apps that override anything are some among many: those that are asked are the first of them. */
const MANY_APPS = 1000;

const seedOf = (overriding: number): readonly AppInput[] => {
  const apps = manyDefinitions(overriding === 0 ? APPS : MANY_APPS, 1, overriding);
  return [
    ...apps.slice(0, APPS).map((app) => ({ ...app, instances: TASKS, taskKillGracePeriodSeconds: GRACE_SECONDS })),
    ...apps.slice(APPS),
    aDefinition('sockets', TASKS),
    aDefinition('structure', 0),
  ];
};

/** Kills one task after the other, of each app in turn. Marathon starts another for each. */
const changeTasks = async ({ standIn }: BenchEdge): Promise<void> => {
  const killed = new Set<string>();
  for (let count = 0; count < KILLS; count++) {
    const app = `/bench/${names[count % APPS] ?? ''}`;
    const task = (await standIn.runningTasks(app)).find(({ id }) => !killed.has(id));
    if (task === undefined) throw new Error(`${app} has no task to kill`);
    killed.add(task.id);
    await standIn.killTask(task.id);
    await sleep(1000 / KILLS_PER_SECOND);
  }
};

const BALANCES = ['roundrobin', 'leastconn'];

/** Another balance is another profile, which every HAProxy takes by a reload only. */
const changeStructure = async ({ standIn }: BenchEdge, turn: number): Promise<void> => {
  const { labels = {} } = aDefinition('structure', 0);
  const { statusCode, body } = await request(`${standIn.url}/v2/apps/bench/structure?force=true`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ labels: { ...labels, HAPROXY_0_BALANCE: BALANCES[turn % 2] } }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`Marathon answered ${statusCode} ${text}`);
};

interface Reloads {
  readonly count: number;
  readonly mostOldWorkers: number;
}

/** Changes the structure until HAProxy was reloaded often enough; between reloads WebSockets are opened. */
const reload = async (edge: BenchEdge, load: LoadProcess, say: Bench['say']): Promise<Reloads> => {
  const before = (await edge.sluice.status()).counters.reloads;
  let [count, groups, mostOldWorkers] = [0, 0, 0];
  for (let turn = 1; count < RELOADS; turn++) {
    if (groups < GROUPS && count >= (groups * RELOADS) / GROUPS) {
      load.openWebSockets(WEB_SOCKETS / GROUPS);
      groups += 1;
      say(`${count} reloads`);
    }
    await changeStructure(edge, turn);
    await sleep(RELOAD_EVERY_MS);
    const { counters, haproxy } = await edge.sluice.status();
    count = counters.reloads - before;
    mostOldWorkers = Math.max(mostOldWorkers, haproxy.oldWorkers ?? 0);
  }
  return { count, mostOldWorkers };
};

const failuresIn = (outcomes: Outcomes): number =>
  Object.entries(outcomes).reduce((sum, [outcome, count]) => sum + (outcome === 'ok' ? 0 : count), 0);

/** How many of the requests that should have been answered well were. */
const carried = ({ fresh, kept }: LoadReport, seconds: number): number =>
  ((fresh.outcomes['ok'] ?? 0) + (kept.outcomes['ok'] ?? 0)) / (2 * PER_SECOND * seconds);

const openBrokenEchoes = ({ webSockets: { open, broken, echoes } }: LoadReport): Row['figures'] => ({ open, broken, echoes });

const barsOf = (calm: LoadReport, { fresh, kept, webSockets }: LoadReport, reloads: Reloads): readonly Bar[] => [
  // Below it the machine cannot carry the load at all, and what follows says nothing about reloads.
  { what: 'share of the load that is carried before any change', value: carried(calm, CALM_SECONDS), atLeast: 0.95 },
  { what: 'failed requests on new connections', value: failuresIn(fresh.outcomes), atMost: 0 },
  { what: 'failed requests on kept connections', value: failuresIn(kept.outcomes), atMost: 0 },
  { what: 'broken WebSockets', value: webSockets.broken, atMost: 0 },
  { what: 'open WebSockets at the end', value: webSockets.open, atLeast: WEB_SOCKETS },
  { what: 'most old workers', value: reloads.mostOldWorkers, atMost: OLD_WORKERS_LIMIT },
  { what: 'new connections/s', value: fresh.perSecond, atLeast: 0.95 * PER_SECOND },
  { what: 'kept connections, requests/s', value: kept.perSecond, atLeast: 0.95 * PER_SECOND },
  { what: 'reloads', value: reloads.count, atLeast: RELOADS },
];

const startLoad = (edge: BenchEdge, ends: Bench['ends']): LoadProcess => {
  const load = new LoadProcess({
    port: edge.ports.http,
    hosts: names.map(hostOf),
    webSocketHost: hostOf('sockets'),
    newPerSecond: PER_SECOND,
    keptPerSecond: PER_SECOND,
    keptConnections: KEPT_CONNECTIONS,
  });
  ends.add(() => load.close());
  return load;
};

const measureCalm = async (edge: BenchEdge, ends: Bench['ends']): Promise<LoadReport> => {
  const load = startLoad(edge, ends);
  await sleep(CALM_SECONDS * 1000);
  const report = await load.stop();
  await load.close();
  return report;
};

const rowsOf = (when: string, { fresh, kept }: LoadReport): readonly Row[] => [
  { what: `${when}: new connections`, figures: { ...fresh.outcomes, 'per s': fresh.perSecond, 'p99 ms': fresh.p99Ms } },
  { what: `${when}: kept connections`, figures: { ...kept.outcomes, 'per s': kept.perSecond, 'p99 ms': kept.p99Ms } },
];

const measure = async (haproxy: HaproxyUnderTest, { ends, overriding, say }: Bench): Promise<Report> => {
  const edge = await startEdge({
    haproxy: haproxy.binary,
    standIn: { seed: seedOf(overriding), agents: TASKS, timeScale: TIME_SCALE },
    ends,
  });
  const calm = await measureCalm(edge, ends);
  const load = startLoad(edge, ends);
  const [reloads] = await Promise.all([reload(edge, load, say), changeTasks(edge)]);
  const report = await load.stop();
  const { counters } = await edge.sluice.status();
  const rows = [
    ...rowsOf('before', calm),
    ...rowsOf('under change', report),
    { what: 'WebSockets', figures: openBrokenEchoes(report) },
    { what: 'Sluice', figures: { 'task changes': 2 * KILLS, reloads: reloads.count, steps: counters.steps, events: counters.events } },
  ];
  return { name: 'hitless', haproxy: haproxy.version, rows, bars: barsOf(calm, report, reloads) };
};

/** Clients that must notice nothing while tasks and structure change under them. */
export async function* run(bench: Bench): AsyncGenerator<Report> {
  for (const haproxy of bench.haproxies) {
    yield await measure(haproxy, bench);
    await bench.ends.close();
  }
}
