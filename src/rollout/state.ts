import type { GateResult } from './gate.ts';
import type { Signed } from './signed.ts';

/** Where a rollout stands: its phase, and what there is to know in it. */

export const OUTCOMES = ['done', 'aborted', 'undone', 'timed-out'] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What is known in every phase. */
export interface Standing {
  /** Of `steps`: the one that is in force, or being prepared. */
  readonly step: number;
  /** When the phase began, ISO 8601. */
  readonly since: string;
  /** Absent: it goes on by itself. */
  readonly paused?: Signed;
  /** Of the book in which its shares or its draining tasks were last set: what is of an older one says nothing about them. */
  readonly atRevision: number;
  /** What it waits for, for people; absent: nothing. */
  readonly waitingFor?: string;
}

/** Nobody knows yet how it comes out. */
interface Open {
  readonly outcome?: never;
  readonly because?: never;
}

/** The new app has all. */
interface Done {
  readonly outcome: 'done';
  readonly because?: never;
}

interface Drains {
  /** Tasks that take nothing new because they are to end. Task id -> since when, ISO 8601. */
  readonly draining: Readonly<Record<string, string>>;
  /** Somebody promoted it: what is left on drained tasks is closed. Absent: `options` say what becomes of it. */
  readonly closes?: true;
  /** Since when the app that was to end is seen to be gone, ISO 8601: from then on Sluices have a while to hear of it. */
  readonly goneAt?: string;
}

/** What is known besides, by phase. They follow each other in this order; from all but the last ones it may go back, which is `aborting`. */
export interface Besides {
  /** The new app is made and scaled for the next share, and waited for until it is healthy everywhere. */
  readonly preparing: Open;
  /** Its share is being raised, at every Sluice. */
  readonly shifting: Open;
  /** The share is held, and gates are asked. `gates`: what they said last. `promoted`: the last one is over, without its gates. */
  readonly holding: Open & { readonly gates: readonly GateResult[]; readonly promoted?: true };
  /** With matched surge: the old app gives up the instances that its share does not need any more. */
  readonly shrinking: Open & Drains;
  /** The new app has all; the old one is kept. */
  readonly keeping: Done;
  /** The new app has all; the old one is drained and ended. */
  readonly ending: Done & Drains;
  /** The old app has all again; the new one is drained and ended. */
  readonly aborting: Drains & { readonly outcome: Exclude<Outcome, 'done'>; readonly because: string };
  readonly ended: { readonly outcome: Outcome; readonly because?: string };
}

export type Phase = keyof Besides;

export type StateIn<P extends Phase> = { [K in P]: { readonly phase: K } & Standing & Besides[K] }[P];

export type RolloutState = StateIn<Phase>;

/** How a phase begins; `step`: another one begins with it. What else is known in every phase the book says. */
export type Entry = { [K in Phase]: { readonly phase: K; readonly step?: number } & Besides[K] }[Phase];

/** Phases in which tasks are drained. */
export type DrainingPhase = 'shrinking' | 'ending' | 'aborting';

/** Tasks that it drains. */
export const drainingOf = (state: RolloutState): Drains['draining'] => ('draining' in state ? state.draining : {});

/** What gates said last, while they are asked. */
export const gatesOf = (state: RolloutState): readonly GateResult[] => ('gates' in state ? state.gates : []);
