import { join } from 'node:path';
import { CliSession } from '../src/haproxy/cli-session.ts';
import { parseServers } from '../src/haproxy/server-tables.ts';
import type { AppEntry } from '../src/model/model.ts';
import type { Book } from '../src/rollout/book.ts';
import type { AppFacts, Facts } from '../src/rollout/facts.ts';
import { noted } from '../src/rollout/edits/noted.ts';
import { nextAction } from '../src/rollout/next-action.ts';
import type { GroupObservation, Observations } from '../src/rollout/observation.ts';
import type { Rollout } from '../src/rollout/rollout.ts';
import { anEntry, aTask } from '../test/kit/builders.ts';
import { type Core, openCore } from '../test/kit/core.ts';
import { waitFor } from '../test/kit/wait-for.ts';
import type { Bench } from './kit/benchmark.ts';
import type { HaproxyUnderTest } from './kit/haproxies.ts';
import type { Report } from './kit/report.ts';
import { median, quantile } from './kit/stats.ts';

/** Of each colour. */
const SERVERS = 5;
const ABORTS = 100;
const BACKEND = 'shop_10000';
const ANSWER_MS = 30_000;
const [GROUP, OLD, NEW] = ['/shop', '/shop-blue', '/shop-green'];
const LABELS = { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'shop.example', HAPROXY_DEPLOYMENT_GROUP: 'shop' };
const AT = '2026-01-01T00:00:00.000Z';

const aColour = (id: string, network: number): AppEntry =>
  anEntry(
    { id, instances: SERVERS, labels: LABELS },
    Array.from({ length: SERVERS }, (_, index) =>
      aTask({ id: `${id.slice(1)}.${index}`, host: `10.0.${network}.${index + 1}`, ports: [31000] }),
    ),
  );

/** A canary that is held with a quarter of the traffic, and judged by its errors. */
const canary: Rollout = {
  ...{ id: 'one', group: GROUP, from: OLD, to: NEW, definitions: {}, history: [], started: { by: 'ada', at: AT } },
  options: {
    ...{ steps: [25, 100], holdSeconds: 600, surge: 'full', instances: SERVERS, keepSeconds: 0, healthyWithinSeconds: 600 },
    ...{ drainSeconds: 300, atDrainLimit: 'wait', splitBy: 'request', gates: [{ kind: 'errors', maxPercent: 1 }] },
  },
  state: { phase: 'holding', step: 0, since: AT, atRevision: 1, gates: [] },
};

const bookAt = (revision: number): Book => ({
  revision,
  shares: new Map([[GROUP, { by: 'ada', at: AT, closed: [], splitBy: 'request', shares: { [OLD]: 75, [NEW]: 25 } }]]),
  rollouts: new Map([[GROUP, canary]]),
  overrides: new Map(),
});

const factsOf = (id: string): AppFacts => ({
  ...{ instances: SERVERS, isDeploying: false, isChecked: false },
  tasks: Array.from({ length: SERVERS }, (_, index) => ({ id: `${id.slice(1)}.${index}`, state: 'TASK_RUNNING', healthy: true })),
});

const observedWith = (requests: number, errors5xx: number): Observations => {
  const servers = (id: string) =>
    factsOf(id).tasks.map((task) => ({
      ...{ taskId: task.id, backend: BACKEND, server: task.id, up: true, weight: 1, sessions: 0, queued: 0, state: 'ready' as const },
    }));
  const counters = { requests, errors5xx, connectionErrors: 0 };
  const one: GroupObservation = {
    ...{ sluice: 'one', at: AT, revision: 1 },
    apps: { [OLD]: { servers: servers(OLD), counters: { ...counters, errors5xx: 0 } }, [NEW]: { servers: servers(NEW), counters } },
  };
  return { seen: [one], missing: [] };
};

/** One of twenty answers is an error. */
const failing = (book: Book): Facts => {
  const shares = book.shares.get(GROUP);
  return {
    ...{ nowMs: Date.parse(AT) + 5000, from: factsOf(OLD), to: factsOf(NEW), observed: observedWith(1000, 50) },
    ...(shares === undefined ? {} : { shares }),
    hold: { sinceMs: Date.parse(AT), observed: observedWith(0, 0) },
  };
};

/** HAProxy has the weights that are wanted of it. */
const isInForce = async (session: CliSession, core: Core): Promise<boolean> => {
  const [states = ''] = await session.ask([`show servers state ${BACKEND}`], ANSWER_MS);
  const servers = parseServers(states, '').get(BACKEND);
  const wanted = core.picture.desired.backends.get(BACKEND)?.servers ?? [];
  return wanted.length === 2 * SERVERS && wanted.every(({ name, weight }) => servers?.get(name)?.weight === weight);
};

const isQuiet = async (core: Core): Promise<unknown> =>
  waitFor('Sluice has seen it too', async () => core.loop.applied && (await core.plan()).kind === 'noop');

/** From the gate's evaluation to the last server's weight. The write to the store, which is Marathon's to make fast, is left out. */
const measureAbort = async (
  session: CliSession,
  core: Core,
  revision: number,
): Promise<{ readonly tookMs: number; readonly cycles: number }> => {
  const book = bookAt(revision);
  core.loop.takeChange(core.picture.takeBook(book));
  await isQuiet(core);
  const facts = failing(book);
  const before = core.loop.counters.runtimeCycles;
  const beganMs = performance.now();
  const action = nextAction(canary, facts);
  if (action.kind !== 'note' || action.enter?.outcome !== 'aborted') throw new Error(`the gate did not fail: ${JSON.stringify(action)}`);
  core.loop.takeChange(
    core.picture.takeBook({ ...noted(book, canary, action, { by: 'controller', at: AT }).book, revision: revision + 1 }),
  );
  while (!(await isInForce(session, core)));
  const tookMs = performance.now() - beganMs;
  await isQuiet(core);
  return { tookMs, cycles: core.loop.counters.runtimeCycles - before };
};

/** One bare command that changes nothing. */
const measureByHand = async (session: CliSession, core: Core): Promise<number> => {
  const [server] = core.picture.desired.backends.get(BACKEND)?.servers ?? [];
  if (server === undefined) throw new Error('there is no server');
  const beganMs = performance.now();
  await session.ask([`set server ${BACKEND}/${server.name} weight ${server.weight}`], ANSWER_MS);
  return performance.now() - beganMs;
};

const measure = async ({ binary, version }: HaproxyUnderTest, { ends }: Bench): Promise<Report> => {
  const core = await openCore({ after: (end) => ends.add(end) }, { haproxy: binary });
  core.take([aColour(OLD, 1), aColour(NEW, 2)]);
  core.loop.takeChange(core.picture.takeBook(bookAt(1)));
  await isQuiet(core);
  const session = await CliSession.open(join(core.settings.runDir, 'admin.sock'), ANSWER_MS);
  ends.add(() => session.close());
  const { reloads } = core.reloader.counts;
  const [aborts, byHand, cycles]: [number[], number[], number[]] = [[], [], []];
  for (let count = 1; count <= ABORTS; count += 1) {
    const { tookMs, cycles: needed } = await measureAbort(session, core, 2 * count);
    aborts.push(tookMs);
    cycles.push(needed);
    byHand.push(await measureByHand(session, core));
  }
  const [p50, p50ByHand] = [median(aborts), median(byHand)];
  return {
    name: 'abort-latency',
    haproxy: version,
    rows: [
      { what: 'gate failed to all with the old app', figures: { 'p50 ms': p50, 'p95 ms': quantile(aborts, 0.95) } },
      { what: 'a bare set server weight', figures: { 'p50 ms': p50ByHand, 'p95 ms': quantile(byHand, 0.95) } },
      { what: 'ratio', figures: { p50: p50 / p50ByHand, p95: quantile(aborts, 0.95) / quantile(byHand, 0.95) } },
    ],
    bars: [
      { what: 'cycles of an abort', value: Math.max(...cycles), atMost: 1 },
      { what: 'reloads', value: core.reloader.counts.reloads - reloads, atMost: 0 },
    ],
  };
};

/** A gate that fails: from its evaluation until HAProxy sends all to the old app. */
export async function* run(bench: Bench): AsyncGenerator<Report> {
  for (const haproxy of bench.haproxies) {
    bench.say(`HAProxy ${haproxy.version}`);
    yield await measure(haproxy, bench);
    await bench.ends.close();
  }
}
