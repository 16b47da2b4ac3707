import type { Task, TaskContainer, TaskHealth } from '../../model/task.ts';
import type { PodEndpoint } from './pod-endpoints.ts';
import { podInstanceSchema, type RawPodInstance } from './pod-schema.ts';
import { onAgent } from './task.ts';

/**
 * What an instance is when its containers differ: the first of these that one of them is in. Marathon's own order (`Instance.conditionHierarchy`):
 * a container that has done its work and ended well does not end the others.
 */
const STATES = [
  'ERROR',
  'FAILED',
  'GONE',
  'GONE_BY_OPERATOR',
  'DROPPED',
  'UNREACHABLE',
  'LOST',
  'KILLING',
  'STARTING',
  'STAGING',
  'UNKNOWN',
  'RUNNING',
  'FINISHED',
  'KILLED',
].map((state) => `TASK_${state}`);

/** One that nobody knows says as much as RUNNING: HAProxy's own check decides. */
const rankOf = (state: string): number => (STATES.includes(state) ? STATES.indexOf(state) : STATES.indexOf('TASK_RUNNING'));

/** Where no container is told yet, or any more. */
const STATE_OF_STATUS: ReadonlyMap<string, string> = new Map([
  ['STABLE', 'TASK_RUNNING'],
  ['DEGRADED', 'TASK_RUNNING'],
  ['TERMINAL', 'TASK_KILLED'],
]);

const stateOf = ({ status, containers }: RawPodInstance): string => {
  const states = (containers ?? []).map((container) => container.status).sort((a, b) => rankOf(a) - rankOf(b));
  return states[0] ?? STATE_OF_STATUS.get(status ?? '') ?? 'TASK_STAGING';
};

/** Marathon writes "false" with this reason before there is any result. */
const UNREPORTED = 'health-unreported-by-mesos';

/** What is asked of the instances of a pod: how many of its containers have a check, in this version of it. */
interface CheckedPod {
  readonly version: string;
  readonly healthChecks: readonly unknown[];
}

/** All containers with a check are healthy, one is not, or there is no result (yet). One of another version may have had fewer checks. */
const healthOf = ({ containers }: RawPodInstance, version: string, pod: CheckedPod): TaskHealth => {
  const results = (containers ?? [])
    .flatMap(({ conditions }) => conditions ?? [])
    .filter(({ name, reason }) => name === 'healthy' && reason !== UNREPORTED)
    .map(({ value }) => value === 'true');
  if (results.includes(false)) return 'unhealthy';
  const awaited = version === pod.version ? pod.healthChecks.length : 1;
  return results.length === 0 || results.length < awaited ? 'unknown' : 'healthy';
};

const versionOf = ({ specReference }: RawPodInstance): string => /::versions\/(.+)$/.exec(specReference ?? '')?.[1] ?? '';

const hostPortOf = ({ containers }: RawPodInstance, { container, name }: PodEndpoint): number => {
  const status = containers?.find((one) => one.name === container);
  return status?.endpoints?.find((endpoint) => endpoint.name === name)?.allocatedHostPort ?? 0;
};

const containersOf = ({ containers }: RawPodInstance): readonly TaskContainer[] =>
  (containers ?? []).map(({ name, containerId, status }) => ({ name, taskId: containerId ?? '', state: status }));

/**
 * An instance of a pod as a task. Its id is the instance's, also when it is launched again; its `ports` has an entry for each endpoint of the pod, 0 where
 * that has no host port.
 * @throws ZodError
 */
export const toPodTask = (raw: unknown, endpoints: readonly PodEndpoint[], pod: CheckedPod): Task => {
  const instance = podInstanceSchema.parse(raw);
  const version = versionOf(instance);
  return {
    id: instance.id,
    instanceId: instance.id,
    host: instance.agentHostname ?? '',
    ipAddresses: (instance.networks ?? []).flatMap(({ addresses }) => addresses ?? []),
    ports: endpoints.map((endpoint) => hostPortOf(instance, endpoint)),
    state: stateOf(instance),
    health: healthOf(instance, version, pod),
    version,
    ...onAgent(instance.agentId),
    containers: containersOf(instance),
  };
};
