import type { Ends } from './ends.ts';
import type { HaproxyUnderTest } from './haproxies.ts';
import type { Report } from './report.ts';

/** What a benchmark is given. */
export interface Bench {
  /** The default one first; those that were fetched into build/ besides, unless --haproxy chose one. */
  readonly haproxies: readonly HaproxyUnderTest[];
  /** For what a benchmark starts. It may end things itself; what is left is ended after it, and by a signal. */
  readonly ends: Ends;
  /** Percent of the apps that have texts in place of templates. */
  readonly overriding: number;
  /** Where it is, for who waits. */
  readonly say: (text: string) => void;
}

/** A file bench/NAME.bench.ts exports this as `run`. */
export type Run = (bench: Bench) => AsyncIterable<Report>;
