import { LONGEST_HOLD_MS, reloadSpacingMs } from './spacing.ts';

interface HoldOptions {
  /** Workers that were replaced and still have connections; null: HAProxy does not say. */
  readonly countOldWorkers: () => Promise<number | null>;
  /** At least 1. */
  readonly oldWorkersLimit: number;
  readonly oldWorkerLifeMs: number;
}

/** The last reload that went well. */
export interface LastReload {
  /** On the clock of `performance.now()`. */
  readonly endedAtMs: number;
  readonly durationMs: number;
}

/** Why a reload has to wait, and for how long from now on. */
export interface Hold {
  readonly restMs: number;
  readonly because: string;
}

/** Resolves to undefined: nothing speaks against a reload. */
export type AskHold = (last: LastReload) => Promise<Hold | undefined>;

/** Reloads wait while many replaced workers still have connections: see `reloadSpacingMs`. */
export const holdByOldWorkers =
  ({ countOldWorkers, oldWorkersLimit, oldWorkerLifeMs }: HoldOptions): AskHold =>
  async ({ endedAtMs, durationMs }) => {
    // After a quiet time nobody waits, not even for HAProxy's answer.
    if (performance.now() - endedAtMs > LONGEST_HOLD_MS) return undefined;
    // A HAProxy that does not say how many there are may need the reload.
    const oldWorkers = (await countOldWorkers()) ?? 0;
    const spacingMs = reloadSpacingMs({ lastDurationMs: durationMs, oldWorkers, oldWorkersLimit, oldWorkerLifeMs });
    const restMs = endedAtMs + spacingMs - performance.now();
    if (restMs <= 0) return undefined;
    return {
      restMs,
      because: `${oldWorkers} replaced workers still have connections; with more than ${oldWorkersLimit} the oldest is ended`,
    };
  };
