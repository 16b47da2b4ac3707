import type { AT_DRAIN_LIMIT, SPLIT_BY, SURGES } from './choices.ts';
import type { Gate } from './gate.ts';
import type { Preview } from './shares.ts';
import type { Signed } from './signed.ts';
import type { Phase, StateIn } from './state.ts';

/** What was asked for at its start. */
export interface RolloutOptions {
  /** Shares of the new app in percent, rising; the last is 100. */
  readonly steps: readonly number[];
  readonly holdSeconds: number;
  readonly gates: readonly Gate[];
  /** full: all instances of the new app before its first share, the old app whole until the end. matched: both follow their shares. */
  readonly surge: (typeof SURGES)[number];
  /** Of the new app at the end. */
  readonly instances: number;
  /** How long the old app is kept when all is done, with all its instances; 0: it ends at once. */
  readonly keepSeconds: number;
  /** How long the new app may take to be healthy at each step. */
  readonly healthyWithinSeconds: number;
  /** How long a task is drained at most. */
  readonly drainSeconds: number;
  /** What becomes of connections that outlive it: the task is kept for them, or they are closed with it. */
  readonly atDrainLimit: (typeof AT_DRAIN_LIMIT)[number];
  readonly splitBy: (typeof SPLIT_BY)[number];
  readonly preview?: Preview;
}

/** One thing that happened. */
export interface HistoryEntry {
  readonly at: string;
  readonly by: string;
  /** 'shop-green made with 3 instances', 'share of green 25 %', 'gate failed: …'. */
  readonly what: string;
}

/** An app takes the place of another one in a deployment group, step by step. One for each group: the last one. */
export interface Rollout<P extends Phase = Phase> {
  readonly id: string;
  /** '/shop': the deployment group. */
  readonly group: string;
  /** App id of what serves; absent: nothing did. */
  readonly from?: string;
  readonly to: string;
  /**
   * Definitions as Marathon takes them, by app id: the new one as it is made, the old one so that it can be brought back, with the instances
   * that it had when all began.
   */
  readonly definitions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly options: RolloutOptions;
  readonly started: Signed;
  readonly state: StateIn<P>;
  /** Oldest first; the oldest ones are left out when there are many. */
  readonly history: readonly HistoryEntry[];
}
