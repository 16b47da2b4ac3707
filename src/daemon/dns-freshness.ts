import type { Freshness } from '../dns/feed-message.ts';
import type { MarathonState } from '../marathon/options.ts';
import type { Picture } from '../picture/picture.ts';
import type { Settings } from '../settings.ts';

/** Three of Marathon's heartbeats. */
const QUIET_MS = 30_000;

/** What is not confirmed for longer is answered all the same, and said to be old. */
export const staleAfterMs = ({ mode, pollIntervalMs }: Settings['marathon']): number =>
  mode === 'poll' ? 2 * pollIntervalMs + QUIET_MS : QUIET_MS;

interface Known {
  readonly picture: Pick<Picture, 'mayBeApplied' | 'restoredAt'>;
  readonly marathon: MarathonState | undefined;
  readonly startedMs: number;
  readonly staleMs: number;
  readonly nowMs: number;
}

/** Whether the names of Marathon's tasks can be believed. A saved picture is answered from at once: it was right once, and no name is known better. */
export const freshnessOf = ({ picture, marathon, startedMs, staleMs, nowMs }: Known): Freshness => {
  if (marathon?.lastFullReadAtMs === undefined || !picture.mayBeApplied)
    return picture.restoredAt === undefined
      ? { state: 'not-ready', sinceMs: startedMs }
      : { state: 'stale', sinceMs: Date.parse(picture.restoredAt) };
  if (marathon.streaming && marathon.connected) return { state: 'fresh', sinceMs: nowMs };
  const { heardAgoMs = Infinity } = marathon;
  const sinceMs = Number.isFinite(heardAgoMs) ? nowMs - heardAgoMs : marathon.lastFullReadAtMs;
  return { state: heardAgoMs > staleMs ? 'stale' : 'fresh', sinceMs };
};
