import { setTimeout as wait } from 'node:timers/promises';
import { AnswerError } from '../client.ts';
import { EXIT, ExitError } from '../exit-codes.ts';
import type { Look } from './look.ts';
import { type Settled, settled } from './outcome.ts';

/** Who is told while a rollout is followed. */
export interface Follower {
  readonly seen: (view: Look) => void;
  /** Sluice does not answer, and is asked again. Told each time that it did not. */
  readonly away: (because: string, forMs: number) => void;
}

export interface FollowOptions {
  readonly group: string;
  /** The rollout that is meant; absent: the one that is there first. */
  readonly id?: string;
  /** How long Sluice may be away before the rollout is lost. */
  readonly lostAfterMs: number;
  readonly everyMs: number;
  /** Ends it: ExitError `signalled`. */
  readonly signal: AbortSignal;
}

const FIRST_SERVER_ERROR = 500;

/** What may be otherwise in a moment: no answer, one that is not Sluice's, one that failed there. */
const isPassing = (error: unknown): error is ExitError =>
  error instanceof AnswerError ? error.status >= FIRST_SERVER_ERROR : error instanceof ExitError && error.exitCode === EXIT.unreachable;

const rolloutIn = (view: Look, { group, id }: FollowOptions): NonNullable<Look['rollout']> => {
  const { rollout } = view;
  if (rollout === null)
    throw new ExitError(id === undefined ? EXIT.failed : EXIT.lost, `${group} has no rollout${id === undefined ? '' : ' any more'}`);
  if (id !== undefined && rollout.id !== id)
    throw new ExitError(EXIT.lost, `another rollout of ${group} has begun since, by ${rollout.started.by}: sluice rollout show ${group}`);
  return rollout;
};

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

const endIfSignalled = ({ signal, group }: FollowOptions): void => {
  if (signal.aborted)
    throw new ExitError(
      EXIT.signalled,
      `not watched any more; the rollout goes on: 'sluice rollout watch ${group}' shows it, 'sluice rollout abort ${group}' ends it`,
    );
};

/**
 * Follows a rollout until it is settled, and says how it came out. Sluice may be away meanwhile, and come back. Throws an ExitError: `signalled`,
 * or `lost` where nobody can say how it came out.
 */
export const follow = async (ask: () => Promise<Look>, follower: Follower, options: FollowOptions): Promise<Settled> => {
  let { id } = options;
  let awaySinceMs: number | undefined;
  for (;;) {
    endIfSignalled(options);
    try {
      const view = await ask();
      const rollout = rolloutIn(view, id === undefined ? options : { ...options, id });
      awaySinceMs = undefined;
      id = rollout.id;
      follower.seen(view);
      const end = settled(view);
      if (end !== undefined) return end;
    } catch (error) {
      endIfSignalled(options);
      // Where there was none from the beginning it is the address that is wrong.
      if (!isPassing(error) || id === undefined) throw error;
      awaySinceMs ??= performance.now();
      const forMs = performance.now() - awaySinceMs;
      if (forMs >= options.lostAfterMs) throw lost(options.group, error);
      follower.away(error.message, forMs);
    }
    await pause(options.everyMs, options.signal);
  }
};

const lost = (group: string, { message }: ExitError): ExitError =>
  new ExitError(EXIT.lost, `lost: the rollout goes on where a Sluice runs, 'sluice rollout show ${group}' says how it stands; ${message}`);
