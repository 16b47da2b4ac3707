import type { GateResult } from './gate.ts';
import type { RolloutState } from './rollout.ts';

/** How the group is to be shared out from now on. */
export interface NextShares {
  readonly shares: Readonly<Record<string, number>>;
  readonly closed: readonly string[];
}

/** What is written into the book, all at once. */
export interface Note {
  readonly kind: 'note';
  /** What becomes of the state; what is not named stays. A phase that is named begins now. */
  readonly state: Partial<Omit<RolloutState, 'since' | 'atRevision' | 'paused'>> & { readonly paused?: RolloutState['paused'] | undefined };
  /** Absent: they stay. none: the group has no shares any more. */
  readonly shares?: NextShares | 'none';
  /** For the history, in order. */
  readonly what: readonly string[];
}

/** A change in Marathon. Each can be done again without harm. */
export type MarathonAction =
  | { readonly kind: 'make'; readonly appId: string; readonly definition: Readonly<Record<string, unknown>>; readonly what: string }
  /** `force`: also while a deployment has the app, which ends by it. */
  | { readonly kind: 'scale'; readonly appId: string; readonly instances: number; readonly force: boolean; readonly what: string }
  /** The app is to have so many fewer. */
  | { readonly kind: 'kill'; readonly appId: string; readonly taskIds: readonly string[]; readonly force: boolean; readonly what: string }
  | { readonly kind: 'delete'; readonly appId: string; readonly what: string };

/** The one next thing to do for a rollout. */
export type Action =
  | Note
  | MarathonAction
  /** Probes and commands are asked; what they say comes in `Facts.asked`. */
  | { readonly kind: 'ask' }
  /** `for`: what for, for people. */
  | { readonly kind: 'wait'; readonly for: string; readonly gates?: readonly GateResult[] }
  /** It has ended. */
  | { readonly kind: 'nothing' };
