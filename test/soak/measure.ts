import { readdirSync, readFileSync } from 'node:fs';
import { masterOf, workersOf } from '../kit/haproxy-of.ts';
import type { Cluster } from './cluster.ts';

/** Of one process. */
export interface Size {
  readonly megabytes: number;
  readonly descriptors: number;
}

export interface Measured {
  readonly sluice: Size;
  readonly master: Size;
  readonly worker: Size;
  readonly oldWorkers: number;
}

const sizeOf = (pid: number): Size => ({
  megabytes: Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024),
  descriptors: readdirSync(`/proc/${pid}/fd`).length,
});

/** What Sluice and HAProxy take now. */
export const measure = async ({ sluice, place }: Cluster): Promise<Measured> => {
  const { current, old } = await workersOf(place.runDir);
  return {
    sluice: sizeOf(sluice.child.pid ?? 0),
    master: sizeOf((await masterOf(place.runDir)) ?? 0),
    worker: sizeOf(current),
    oldWorkers: old.length,
  };
};

/**
 * How much more is no growth. Sluice: what V8 takes before it collects. HAProxy: pools that fill, and connections that are open at the moment.
 * Descriptors of the master: each reload that leaks one would show.
 */
export const BOUNDS = {
  sluice: { megabytes: 128, descriptors: 20 },
  master: { megabytes: 8, descriptors: 8 },
  worker: { megabytes: 24, descriptors: 40 },
} as const;

/** Sentences about what grew beyond its bound. */
export const growth = (before: Measured, after: Measured): readonly string[] => [
  ...(['sluice', 'master', 'worker'] as const).flatMap((who) =>
    (['megabytes', 'descriptors'] as const).flatMap((what) =>
      after[who][what] > before[who][what] + BOUNDS[who][what]
        ? [`${who}: ${what} grew from ${before[who][what]} to ${after[who][what]}, more than ${BOUNDS[who][what]}`]
        : [],
    ),
  ),
  ...(after.oldWorkers > 0 ? [`${after.oldWorkers} old workers are left`] : []),
];
