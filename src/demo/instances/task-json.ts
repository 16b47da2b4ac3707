import { ipAddressList, knownAddresses } from '../events/task-events.ts';
import { isAlive } from '../health/result.ts';
import { servicePorts } from '../specs/definition.ts';
import type { World } from '../world.ts';
import { type CheckResult, type Instance, isWaiting, type Task } from './instance.ts';

type Json = Record<string, unknown>;

/** The tasks of an app as `/v2/apps` lists them: one per instance that has an agent. */
export function taskList(world: World, instances: readonly Instance[]): readonly Json[] {
  return instances.filter(({ placement }) => placement !== undefined).map((instance) => taskJson(world, instance));
}

/** With the service ports, which only `GET /v2/tasks` shows. */
export function taskWithServicePorts(world: World, instance: Instance): Json {
  const ports = instance.spec.kind === 'app' ? servicePorts(instance.spec.definition) : [];
  return { ...taskJson(world, instance), servicePorts: ports };
}

export function taskJson(world: World, instance: Instance): Json {
  const task = instance.tasks[0];
  const { placement, spec } = instance;
  if (task === undefined || placement === undefined) return {};
  const json: Json = {
    appId: spec.id,
    healthCheckResults: [...instance.checks.values()].map((result) => checkResultJson(world, instance, result)),
    host: placement.agent.host,
    id: task.id,
    ipAddresses: ipAddressList(isWaiting(instance) ? [] : knownAddresses(instance, task)),
    ports: placement.hostPorts,
    servicePorts: [],
    slaveId: placement.agent.id,
    state: task.state,
    ...(isWaiting(instance) ? {} : timesJson(world, instance, task)),
    localVolumes: [],
  };
  return world.personality.taskForm === 'raml'
    ? {
        ...json,
        region: placement.agent.region,
        zone: placement.agent.zone,
        ...(spec.kind === 'app' ? { role: spec.definition.role } : {}),
      }
    : withoutEmptyLists(json);
}

/** While a task stages, 1.5 and before write `"startedAt":null`. */
function timesJson(world: World, instance: Instance, task: Task): Json {
  const startedAt = task.startedAtMs === undefined ? undefined : world.clock.timestamp(task.startedAtMs);
  const isPlay = world.personality.taskForm === 'play';
  return {
    stagedAt: world.clock.timestamp(task.stagedAtMs),
    ...(startedAt === undefined ? (isPlay ? { startedAt: null } : {}) : { startedAt }),
    version: instance.spec.version,
  };
}

function withoutEmptyLists(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

/** Moments that never came are left out since 1.6, and null before. */
function checkResultJson(world: World, instance: Instance, result: CheckResult): Json {
  const moment = (atMs: number | undefined): string | undefined => (atMs === undefined ? undefined : world.clock.timestamp(atMs));
  const json: Json = {
    alive: isAlive(result),
    consecutiveFailures: result.consecutiveFailures,
    firstSuccess: moment(result.firstSuccessMs),
    lastFailure: moment(result.lastFailureMs),
    lastFailureCause: result.lastFailureCause,
    lastSuccess: moment(result.lastSuccessMs),
    instanceId: instance.id,
  };
  const isPlay = world.personality.taskForm === 'play';
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) => (value === undefined ? (isPlay ? [[key, null]] : []) : [[key, value]])),
  );
}
