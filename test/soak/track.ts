import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../src/kit/error.ts';
import type { Cluster } from './cluster.ts';
import type { Random } from './random.ts';
import type { Verb } from './verb.ts';

export interface TrackOptions {
  readonly verbs: readonly Verb[];
  /** Decides which verbs, with what, and the pauses: the same order again for the same seed, however long each takes. */
  readonly random: Random;
  /** Between one and the next, in milliseconds: from, to. */
  readonly pauseMs: readonly [number, number];
  /** What lasts, lasts so long at most. */
  readonly longestMs: number;
  readonly until: AbortSignal;
  readonly say: (line: string) => void;
}

const chosen = (verbs: readonly Verb[], random: Random): Verb | undefined => {
  let left = random.next() * verbs.reduce((sum, { weight }) => sum + weight, 0);
  return verbs.find(({ weight }) => (left -= weight) < 0);
};

/** One verb after the other until the end. Resolves to how many there were, by name. A verb that throws ends it: that is a failure of its own. */
export const runTrack = async (
  cluster: Cluster,
  { verbs, random, pauseMs, longestMs, until, say }: TrackOptions,
): Promise<ReadonlyMap<string, number>> => {
  const done = new Map<string, number>();
  const isOver = (): boolean => until.aborted;
  while (!isOver()) {
    const own = random.fork();
    await wait(own.between(...pauseMs), undefined, { signal: until }).catch((error: unknown) => {
      if (!isOver()) throw error;
    });
    const verb = chosen(verbs, own);
    if (isOver() || verb === undefined) break;
    const outcome = await verb.act(cluster, own, longestMs).catch((error: unknown) => {
      throw new Error(`${verb.name}: ${messageOf(error)}`, { cause: error });
    });
    done.set(verb.name, (done.get(verb.name) ?? 0) + 1);
    say(`${verb.name}: ${outcome}`);
  }
  return done;
};
