import type { Observations } from './observation.ts';

/** An app of a rollout as Marathon has it. */
export interface AppFacts {
  /** How many it should have. */
  readonly instances: number;
  /** A deployment of it is under way. */
  readonly isDeploying: boolean;
  /** It has health checks: without them a task that runs counts as healthy. */
  readonly isChecked: boolean;
  readonly tasks: readonly { readonly id: string; readonly state: string; readonly healthy: boolean }[];
}

/** All that a decision about a rollout is made of. */
export interface Facts {
  readonly nowMs: number;
  /** Absent: Marathon has no such app. */
  readonly from?: AppFacts;
  readonly to?: AppFacts;
  readonly observed: Observations;
  /** What was seen when the present hold began; absent: it has not begun, or was seen by a controller that has gone. */
  readonly observedAtHold?: Observations;
}
