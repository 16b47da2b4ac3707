import type { HistogramData } from '../kit/histogram.ts';

/** Seconds: from a change at run time to a reload that is held back for a while. */
export const DURATION_BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** How long things took since this process began, in seconds. */
export interface Durations {
  /** From the arrival of a change of Marathon's to the look that found HAProxy as desired with it. */
  readonly eventToApplied: HistogramData;
  /** Cycles that did something, or were asked to look at something. */
  readonly cycle: HistogramData;
  /** Reloads that went well: files, check, and until the new worker is confirmed. */
  readonly reload: HistogramData;
}
