import type { GateResult } from './gate.ts';
import type { Observations } from './observation.ts';
import type { GroupShares } from './shares.ts';

/** An app of a rollout as Marathon has it. */
export interface AppFacts {
  /** How many it should have. */
  readonly instances: number;
  /** A deployment of it is under way. */
  readonly isDeploying: boolean;
  /** It has health checks: without them a task that runs counts as healthy. */
  readonly isChecked: boolean;
  /** The deployment group that its label names; absent: none. */
  readonly group?: string;
  readonly tasks: readonly TaskFacts[];
}

export interface TaskFacts {
  readonly id: string;
  /** 'TASK_RUNNING', ... */
  readonly state: string;
  /** It runs, and its checks pass; of an app without checks: it runs. */
  readonly healthy: boolean;
  /** It runs, and Marathon does not know yet whether its checks pass: it is new, or another Marathon leads. */
  readonly isUnknown?: boolean;
}

/**
 * A hold as this controller knows it: since when, and what was seen then. A controller that came in the middle has it from there on: what is judged is
 * always a whole hold.
 */
export interface Hold {
  readonly sinceMs: number;
  readonly observed: Observations;
}

/** All that a decision about a rollout is made of. */
export interface Facts {
  readonly nowMs: number;
  /** Absent: Marathon has no such app. */
  readonly from?: AppFacts;
  readonly to?: AppFacts;
  /** Of its group, as the book has them. */
  readonly shares?: GroupShares;
  readonly observed: Observations;
  /** The present hold; absent: there is none. */
  readonly hold?: Hold;
  /** What probes and commands have answered in the present hold, by their place in `options.gates`; absent: they were not asked yet. */
  readonly asked?: Readonly<Record<number, GateResult>>;
  /** Why Marathon does not take the new app at all; absent: it was not asked, or takes it. */
  readonly refused?: string;
}
