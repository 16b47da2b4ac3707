import type { Target } from '../client.ts';
import { EXIT, ExitError } from '../exit-codes.ts';
import { TERMINAL_SIGNALS, untilSignal } from '../until-signal.ts';
import { askGroup, lookAt } from './ask-group.ts';
import { follow, type Follower } from './follow.ts';
import type { Look } from './look.ts';

/** A Sluice that is replaced by another one is back before. */
export const LOST_AFTER_SECONDS = 300;
const EVERY_MS = 1000;
const ANSWERS_WITHIN_MS = 10_000;

/** What is followed, and for how long. */
export interface SettleOptions {
  readonly group: string;
  /** The rollout that is meant; absent: the one that is there. */
  readonly id?: string;
  readonly lostAfterSeconds: number;
  /** What HAProxy counts of it is looked at, too. */
  readonly isCounted?: boolean;
}

/** Follows a rollout to its end, or until a signal comes, and says how it came out. Throws an ExitError unless the new app has all then. */
export const untilSettled = async (target: Target, follower: Follower, options: SettleOptions): Promise<string> => {
  const { group, id, lostAfterSeconds, isCounted = false } = options;
  const ending = new AbortController();
  void untilSignal(TERMINAL_SIGNALS).then(() => ending.abort());
  const ask = async (): Promise<Look> =>
    (isCounted ? lookAt : askGroup)(target, group, { signal: AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]) });
  const { exitCode, line } = await follow(ask, follower, {
    group,
    ...(id === undefined ? {} : { id }),
    lostAfterMs: lostAfterSeconds * 1000,
    everyMs: EVERY_MS,
    signal: ending.signal,
  });
  if (exitCode !== EXIT.ok) throw new ExitError(exitCode, line);
  return line;
};
