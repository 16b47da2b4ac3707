import { z } from 'zod';
import type { Task, TaskHealth } from '../../model/task.ts';
import { instanceIdOf } from './ids.ts';

/** Since Marathon 1.6 lists may be empty, before they may be absent or null. */
const taskSchema = z.object({
  id: z.string().min(1),
  host: z.string().nullish(),
  slaveId: z.string().nullish(),
  ipAddresses: z.array(z.object({ ipAddress: z.string() })).nullish(),
  ports: z.array(z.int().min(0).max(65535)).nullish(),
  state: z.string().nullish(),
  version: z.string().nullish(),
  healthCheckResults: z.array(z.object({ alive: z.boolean(), instanceId: z.string().nullish() }).nullable()).nullish(),
});

type RawTask = z.infer<typeof taskSchema>;

/** The part of the app's definition that tells what a task's check results are worth. */
export interface CheckedApp {
  readonly version: string;
  readonly healthChecks: readonly unknown[];
}

/**
 * Healthy as Marathon counts it: every result alive. A task of this very version that has fewer results than the app has checks still
 * waits for one, so nothing is known yet. Tasks of other versions may have been started with fewer checks: what they have counts.
 */
export const healthOf = (task: Pick<RawTask, 'version' | 'healthCheckResults'>, app: CheckedApp): TaskHealth => {
  let results = 0;
  for (const result of task.healthCheckResults ?? []) {
    if (result === null) continue;
    if (!result.alive) return 'unhealthy';
    results += 1;
  }
  const awaited = task.version === app.version ? app.healthChecks.length : 1;
  return results === 0 || results < awaited ? 'unknown' : 'healthy';
};

const instanceOf = (task: RawTask): string => {
  const told = task.healthCheckResults?.find((result) => result?.instanceId != null)?.instanceId;
  return told ?? instanceIdOf(task.id);
};

const UNKNOWN = {};
/** Marathon writes '' while there is no agent. */
export const onAgent = (id: string | null | undefined): Pick<Task, 'agentId'> => (id == null || id === '' ? UNKNOWN : { agentId: id });

/** @throws ZodError */
export const toTask = (raw: unknown, app: CheckedApp): Task => {
  const task = taskSchema.parse(raw);
  return {
    id: task.id,
    instanceId: instanceOf(task),
    host: task.host ?? '',
    ipAddresses: task.ipAddresses?.map(({ ipAddress }) => ipAddress) ?? [],
    ports: task.ports ?? [],
    // marathon-lb takes a task without a state for running: very old Marathons list no others.
    state: task.state ?? 'TASK_RUNNING',
    health: healthOf(task, app),
    version: task.version ?? '',
    ...onAgent(task.slaveId),
  };
};
