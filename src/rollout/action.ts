import type { GateResult } from './gate.ts';
import type { Entry } from './state.ts';

/** How the group is to be shared out from now on. */
export interface NextShares {
  readonly shares: Readonly<Record<string, number>>;
  readonly closed: readonly string[];
}

/** What is written into the book, all at once. */
export interface Note {
  readonly kind: 'note';
  /** The phase that begins now; absent: the present one goes on. */
  readonly enter?: Entry;
  /** The present phase counts its time from now on. */
  readonly restart?: boolean;
  /** Ids of tasks that take nothing new from now on: in a phase that drains. */
  readonly drain?: readonly string[];
  /** The app that was to end is gone now: in a phase that drains. */
  readonly gone?: boolean;
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

export interface Waiting {
  readonly kind: 'wait';
  /** For people. */
  readonly for: string;
  /** What they say by now: in a hold. */
  readonly gates?: readonly GateResult[];
}

/** The one next thing to do for a rollout. */
export type Action =
  | Note
  | MarathonAction
  /** Probes and commands are asked; what they say comes in `Facts.asked`. */
  | { readonly kind: 'ask' }
  | Waiting
  /** It has ended. */
  | { readonly kind: 'nothing' };

export const waitFor = (what: string): Waiting => ({ kind: 'wait', for: what });
