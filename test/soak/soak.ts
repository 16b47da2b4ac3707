import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../src/kit/error.ts';
import { workersOf } from '../kit/haproxy-of.ts';
import type { Ending } from '../kit/lastly.ts';
import { mayMount } from '../kit/sluice.ts';
import type { Failure } from '../kit/steady-clients.ts';
import { waitFor } from '../kit/wait-for.ts';
import { BLOWS, DISK_FULL, HAPROXY_KILLED, NO_DESCRIPTORS } from './blows.ts';
import { CHANGES } from './changes.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { growth, type Measured, measure } from './measure.ts';
import { Random } from './random.ts';
import { runTrack } from './track.ts';
import type { Verb } from './verb.ts';
import { WEATHER } from './weather.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Kills HAProxy itself, too: what fails then is counted apart. */
  readonly killHaproxy: boolean;
  /** Hears of each thing that was done, with its time. */
  readonly say: (line: string) => void;
}

export interface SoakReport {
  readonly requests: number;
  /** Requests that failed and should not have. */
  readonly failures: readonly Failure[];
  /** Requests that failed because HAProxy was killed. */
  readonly lost: number;
  /** How often each thing was done. */
  readonly done: Readonly<Record<string, number>>;
  /** How many Sluices there were. */
  readonly starts: number;
  /** When the last Sluice had run for a while, and at the end. */
  readonly before: Measured | undefined;
  readonly after: Measured | undefined;
  /** Empty: all is well. */
  readonly problems: readonly string[];
}

/** Faults of Marathon last longer than Sluice takes to notice them, where there is time for that: a silent stream is noticed after 30 s. */
const longestOf = (seconds: number): number => Math.min(40, seconds / 5) * 1000;

/** The last Sluice begins at half of the time, and is measured when it has done a bit of everything. */
const LAST_SLUICE_AT = 0.5;
const MEASURED_AT = 0.65;
const LOOK_EVERY_MS = 250;

const blowsOn = (disk: 'any' | 'small run', killHaproxy: boolean): readonly Verb[] => [
  ...BLOWS,
  ...(disk === 'small run' ? [DISK_FULL] : []),
  ...(spawnSync('prlimit', ['--version']).status === 0 ? [NO_DESCRIPTORS] : []),
  ...(killHaproxy ? [HAPROXY_KILLED] : []),
];

/** Lets time pass, as long as nothing is wrong. Resolves to what was measured before the end. */
const watch = async (cluster: Cluster, seconds: number, tracks: { readonly failed: boolean }): Promise<Measured | undefined> => {
  const begun = performance.now();
  const passed = (): number => (performance.now() - begun) / 1000 / seconds;
  let before: Measured | undefined;
  while (passed() < 1 && !tracks.failed && !cluster.hasEndedByItself && cluster.failures.length === 0) {
    await wait(LOOK_EVERY_MS);
    cluster.mayNotBeKilled ||= passed() > LAST_SLUICE_AT;
    if (passed() > MEASURED_AT && before === undefined) before = await measure(cluster).catch(() => undefined);
  }
  return before;
};

/** Random faults of every kind at once, under a steady load. Whatever is wrong in the end is in the report; it stops at the first failed request. */
export const soak = async (t: Ending, { seed, seconds, killHaproxy, say }: SoakOptions): Promise<SoakReport> => {
  const disk = mayMount() ? 'small run' : 'any';
  const cluster = await openCluster(t, { marathons: 3, disk, flags: ['--audit-interval', '3'] });
  const begun = performance.now();
  const ending = new AbortController();
  const random = new Random(seed);
  const state = { failed: false };
  const tracks = (
    [
      ['change', CHANGES, [50, 2000]],
      ['marathon', WEATHER, [50, 5000]],
      ['blow', blowsOn(disk, killHaproxy), [200, 5000]],
    ] as const
  ).map(async ([track, verbs, pauseMs]) =>
    runTrack(cluster, {
      verbs,
      random: random.fork(),
      pauseMs,
      longestMs: longestOf(seconds),
      until: ending.signal,
      say: (line) => say(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${track.padEnd(8)}  ${line}`),
    }).catch((error: unknown) => {
      state.failed = true;
      throw error;
    }),
  );
  const before = await watch(cluster, seconds, state);
  if (cluster.failures.length > 0) say(await cluster.describe());
  ending.abort();
  const problems: string[] = [];
  const note = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => problems.push(messageOf(error)));
  };
  const outcomes = await Promise.allSettled(tracks);
  for (const outcome of outcomes) if (outcome.status === 'rejected') problems.push(messageOf(outcome.reason));
  if (cluster.hasEndedByItself)
    problems.push(`Sluice has ended: ${cluster.sluice.stdout.slice(-2000)}${cluster.sluice.stderr.slice(-2000)}`);
  await note(async () => cluster.settle());
  await note(async () => cluster.assertRight([]));
  await note(async () => waitFor('no old worker is left', async () => (await workersOf(cluster.place.runDir)).old.length === 0));
  const { requests } = await cluster.clients.stop();
  const { failures } = cluster;
  if (failures.length > 0) problems.push(`${failures.length} of ${requests} requests failed`);
  const after = await measure(cluster).catch(() => undefined);
  if (before === undefined || after === undefined) problems.push('it was not measured');
  else problems.push(...growth(before, after));
  const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [...outcome.value] : []));
  return {
    requests,
    failures,
    lost: cluster.lost,
    done: Object.fromEntries(done),
    starts: cluster.starts,
    before,
    after,
    problems,
  };
};
