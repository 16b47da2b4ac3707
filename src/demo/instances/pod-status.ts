import { podJson } from '../specs/pod-json.ts';
import type { PodContainer, PodDefinition } from '../specs/pod-definition.ts';
import { instanceCount, type PodSpec } from '../specs/run-spec.ts';
import { traitsOf } from '../specs/traits.ts';
import { instancesOf, type World } from '../world.ts';
import { isServing } from './counts.ts';
import type { Instance, Task } from './instance.ts';

type Json = Record<string, unknown>;

/** A pod with its instances, as `/v2/pods/{id}::status` shows it. */
export function podStatus(world: World, spec: PodSpec): Json {
  const instances = instancesOf(world, spec.id);
  const moments = [...instances.map(({ changedAtMs }) => changedAtMs), Date.parse(spec.version)];
  const changedAt = world.clock.timestamp(Math.max(...moments));
  return {
    id: spec.id,
    spec: podJson(spec),
    status: overallStatus(spec, instances),
    statusSince: changedAt,
    instances: instances.filter(({ placement }) => placement !== undefined).map((instance) => instanceStatus(world, instance)),
    terminationHistory: [],
    lastUpdated: world.clock.timestamp(),
    lastChanged: changedAt,
  };
}

function overallStatus(spec: PodSpec, instances: readonly Instance[]): 'STABLE' | 'DEGRADED' | 'TERMINAL' {
  if (instanceCount(spec) === 0 && instances.length > 0) return 'TERMINAL';
  const stable = instances.filter((instance) => instance.spec.version === spec.version && isServing(instance)).length;
  return stable >= instanceCount(spec) ? 'STABLE' : 'DEGRADED';
}

function statusOf(instance: Instance): 'PENDING' | 'STAGING' | 'STABLE' | 'DEGRADED' | 'TERMINAL' {
  switch (instance.condition) {
    case 'Scheduled':
    case 'Provisioned':
    case 'Created':
      return 'PENDING';
    case 'Staging':
    case 'Starting':
      return 'STAGING';
    case 'Running':
      return traitsOf(instance.spec).checks.length === 0 || instance.healthy === true ? 'STABLE' : 'DEGRADED';
    case 'Unreachable':
    case 'UnreachableInactive':
      return 'DEGRADED';
    default:
      return 'TERMINAL';
  }
}

function instanceStatus(world: World, instance: Instance): Json {
  const definition = instance.spec.definition as PodDefinition;
  const agent = instance.placement?.agent;
  const changedAt = world.clock.timestamp(instance.changedAtMs);
  const [network] = definition.networks;
  return {
    id: instance.id,
    status: statusOf(instance),
    statusSince: changedAt,
    agentHostname: agent?.host,
    agentId: agent?.id,
    agentRegion: agent?.region,
    agentZone: agent?.zone,
    resources: totalResources(definition),
    networks: [{ ...(network?.name === undefined ? {} : { name: network.name }), addresses: instance.placement?.ipAddresses ?? [] }],
    containers: definition.containers.flatMap((container) => {
      const task = instance.tasks.find((it) => it.container === container.name);
      return task === undefined ? [] : [containerStatus(world, instance, container, task)];
    }),
    specReference: `/v2/pods${instance.spec.id}::versions/${instance.spec.version}`,
    localVolumes: [],
    lastUpdated: changedAt,
    lastChanged: changedAt,
    role: definition.role,
  };
}

function containerStatus(world: World, instance: Instance, container: PodContainer, task: Task): Json {
  const changedAt = world.clock.timestamp(task.changedAtMs);
  return {
    name: container.name,
    status: task.state,
    statusSince: changedAt,
    conditions: container.healthCheck === undefined ? [] : [healthCondition(instance, changedAt)],
    containerId: task.id,
    endpoints: endpointStatuses(instance, container),
    resources: container.resources,
    lastUpdated: changedAt,
    lastChanged: changedAt,
  };
}

function healthCondition(instance: Instance, at: string): Json {
  const isReported = instance.healthy !== undefined;
  return {
    name: 'healthy',
    lastChanged: at,
    lastUpdated: at,
    value: String(instance.healthy === true),
    reason: isReported ? 'health-reported-by-mesos' : 'health-unreported-by-mesos',
  };
}

/** The endpoint that the health check names comes last, and is the only one with `healthy`. */
function endpointStatuses(instance: Instance, container: PodContainer): readonly Json[] {
  const checked = container.healthCheck?.http?.endpoint ?? container.healthCheck?.tcp?.endpoint;
  const statuses = container.endpoints.map(({ name }) => {
    const placed = instance.placement?.endpoints.find((it) => it.container === container.name && it.name === name);
    return {
      name,
      ...(placed?.hostPort === undefined ? {} : { allocatedHostPort: placed.hostPort }),
      ...(name === checked && instance.healthy !== undefined ? { healthy: instance.healthy } : {}),
    };
  });
  return statuses.sort((one, other) => Number(one.name === checked) - Number(other.name === checked));
}

function totalResources(definition: PodDefinition): Json {
  const sum = (pick: (container: PodContainer) => number): number => definition.containers.reduce((total, it) => total + pick(it), 0);
  return {
    cpus: sum(({ resources }) => resources.cpus) + 0.1,
    mem: sum(({ resources }) => resources.mem) + 32,
    disk: sum(({ resources }) => resources.disk) + 10,
    gpus: sum(({ resources }) => resources.gpus),
  };
}
