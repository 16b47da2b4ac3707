import type { HistogramData } from '../kit/histogram.ts';

/** How long things took since this process began, in seconds. */
export interface Durations {
  /** From the arrival of a change of Marathon's to the look that found HAProxy as desired with it. */
  readonly eventToApplied: HistogramData;
  /** Cycles that did something, or were asked to look at something. */
  readonly cycle: HistogramData;
  /** Reloads that went well: files, check, and until the new worker is confirmed. */
  readonly reload: HistogramData;
}
