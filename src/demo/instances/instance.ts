import type { Agent } from '../agents.ts';
import type { RunSpec } from '../specs/run-spec.ts';
import type { TaskUpstream } from '../upstreams/task-upstream.ts';

/** As it stands in instance_changed_event. */
export type Condition =
  | 'Scheduled'
  | 'Provisioned'
  | 'Created'
  | 'Staging'
  | 'Starting'
  | 'Running'
  | 'Killing'
  | 'Killed'
  | 'Failed'
  | 'Error'
  | 'Finished'
  | 'Gone'
  | 'Unreachable'
  | 'UnreachableInactive';

export type TaskState =
  | 'TASK_STAGING'
  | 'TASK_STARTING'
  | 'TASK_RUNNING'
  | 'TASK_FINISHED'
  | 'TASK_FAILED'
  | 'TASK_KILLING'
  | 'TASK_KILLED'
  | 'TASK_LOST'
  | 'TASK_ERROR'
  | 'TASK_GONE'
  | 'TASK_GONE_BY_OPERATOR'
  | 'TASK_UNREACHABLE';

/** A port of a running task, with numbers. */
export interface Endpoint {
  readonly container?: string;
  readonly name?: string;
  readonly protocol: string;
  /** Where a client reaches it. */
  readonly address: string;
  readonly port: number;
  /** Port at the task's own address. */
  readonly containerPort: number;
  /** Port on the agent, if it has one. */
  readonly hostPort?: number;
}

/** Where an instance was placed. */
export interface Placement {
  readonly agent: Agent;
  readonly endpoints: readonly Endpoint[];
  /** What `ports` of the task shows: host ports only. */
  readonly hostPorts: readonly number[];
  readonly ipAddresses: readonly string[];
}

export interface Task {
  readonly id: string;
  readonly container?: string;
  state: TaskState;
  message: string;
  readonly stagedAtMs: number;
  startedAtMs?: number;
  changedAtMs: number;
}

/** What Marathon remembers of one check of one instance. */
export interface CheckResult {
  readonly firstSuccessMs?: number;
  readonly lastSuccessMs?: number;
  readonly lastFailureMs?: number;
  readonly lastFailureCause?: string;
  readonly consecutiveFailures: number;
}

/** One instance of an app or pod. It changes in place; only the functions of this folder change it. */
export interface Instance {
  readonly id: string;
  readonly spec: RunSpec;
  /** Counts the tasks that this instance has had; 0 before the first. */
  attempt: number;
  condition: Condition;
  goal: 'Running' | 'Decommissioned';
  readonly createdAtMs: number;
  changedAtMs: number;
  placement?: Placement;
  tasks: readonly Task[];
  upstream?: TaskUpstream;
  /** By the check's place in the definition. */
  checks: Map<number, CheckResult>;
  /** Checks that are on their way just now. */
  readonly checking: Set<number>;
  /** All checks together; undefined: not known yet. */
  healthy?: boolean;
  readiness: Map<string, { readonly ready: boolean; readonly status?: number; readonly contentType?: string; readonly body?: string }>;
  /** Rounds of offers that had no place for it. */
  offersDeclined: number;
  /** Its kill was sent, and it has not ended yet. */
  dying: boolean;
}

/** Occupies a place among the instances that its app wants. */
export function isActive(instance: Instance): boolean {
  return instance.goal === 'Running' && instance.condition !== 'UnreachableInactive';
}

/** Waits for an offer: the first one, or (1.8 and later) another one after its task has ended. */
export function isWaiting(instance: Instance): boolean {
  return instance.condition === 'Scheduled' || instance.tasks.every(({ state }) => terminalStates.has(state));
}

/** States that a task does not leave. */
const terminalStates: ReadonlySet<TaskState> = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

export function isHealthyAndReady(instance: Instance, checkCount: number, readinessCount: number): boolean {
  if (instance.condition !== 'Running' || instance.goal !== 'Running' || instance.dying) return false;
  if (checkCount > 0 && instance.healthy !== true) return false;
  return [...instance.readiness.values()].filter(({ ready }) => ready).length >= readinessCount;
}
