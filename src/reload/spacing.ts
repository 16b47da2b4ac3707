/** What the time between two reloads follows from. */
export interface SpacingFacts {
  /** What the last reload took, with its check and its files. */
  readonly lastDurationMs: number;
  /** Workers that were replaced and still have connections. */
  readonly oldWorkers: number;
  /** So many of them may live: `--max-old-workers`. With one more the oldest is ended. At least 1. */
  readonly oldWorkersLimit: number;
  /** So long may one of them live: `--hard-stop-after`. */
  readonly oldWorkerLifeMs: number;
}

export const SHORTEST_SPACING_MS = 200;
/** So many times what a reload took: HAProxy and we have other things to do, too. */
const TIMES_LAST = 3;
const LONGEST_FOR_LAST_MS = 2000;

/** Of the limit. So many old workers cost nothing: most end soon. */
const FREE_SHARE = 1 / 4;
/** Each further one costs so many times more than the one before. */
const GROWTH = 1.5;
/** No change waits longer than this for the sake of old connections. */
export const LONGEST_HOLD_MS = 15 * 60_000;

/**
 * A geometric row over the old workers beyond the free ones, with the sum `oldWorkerLifeMs`: whoever reloads as often as this allows needs
 * that long from the first old worker to the last that is allowed, and the first has ended by then.
 */
const holdMs = ({ oldWorkers, oldWorkersLimit, oldWorkerLifeMs }: SpacingFacts): number => {
  const free = Math.floor(oldWorkersLimit * FREE_SHARE);
  if (oldWorkers <= free) return 0;
  const terms = oldWorkersLimit - free;
  const place = Math.min(oldWorkers - free, terms);
  // Of the form in which nothing overflows, however high the limit is.
  const ms = (oldWorkerLifeMs * (GROWTH - 1) * GROWTH ** (place - 1 - terms)) / (1 - GROWTH ** -terms);
  return Math.min(LONGEST_HOLD_MS, ms);
};

/** How long after a reload the next one may begin where there are no old workers, in ms: 200 ms to 2 s. */
export const calmSpacingMs = (lastDurationMs: number): number =>
  Math.max(SHORTEST_SPACING_MS, Math.min(LONGEST_FOR_LAST_MS, TIMES_LAST * lastDurationMs));

/**
 * How long after a reload the next one may begin, in ms. For few old workers 200 ms to 2 s, by what a reload costs; then steeply longer, so that reloads
 * without end never make more than `oldWorkersLimit` of them, and nobody's connection is cut before its worker's life is over. With 1800 s and 20:
 * 2 s at 6 old workers, 10 s at 10, 79 s at 15, 10 min at 20. Where the life is so long or the limit so low that this would be
 * more than 15 min, it is 15 min, and a connection may be cut after that many times 15 min.
 */
export const reloadSpacingMs = (facts: SpacingFacts): number => Math.max(calmSpacingMs(facts.lastDurationMs), holdMs(facts));
