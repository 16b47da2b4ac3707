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
  readonly tasks: readonly TaskFacts[];
}

export interface TaskFacts {
  readonly id: string;
  /** 'TASK_RUNNING', ... */
  readonly state: string;
  /** It runs, and its checks pass; of an app without checks: it runs. */
  readonly healthy: boolean;
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
  /** What was seen when the present hold began; absent: it has not begun, or was seen by a controller that has gone. */
  readonly observedAtHold?: Observations;
  /** What probes and commands have answered in the present hold, in the order of `options.gates`; absent: they were not asked yet. */
  readonly asked?: readonly GateResult[];
  /** Why Marathon does not take the new app at all; absent: it was not asked, or takes it. */
  readonly refused?: string;
}
