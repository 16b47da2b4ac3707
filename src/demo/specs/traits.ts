import type { ReadinessCheck, UnreachableStrategy, UpgradeStrategy } from './definition.ts';
import { networkMode } from './definition.ts';
import type { PodContainer, PodEndpoint, PodHealthCheck } from './pod-definition.ts';
import type { AppSpec, PodSpec, RunSpec } from './run-spec.ts';

/** A port that a task listens on, before an agent and numbers are known. */
export interface EndpointWish {
  /** Name of the pod's container; undefined for an app's only one. */
  readonly container?: string;
  readonly name?: string;
  readonly protocol: string;
  /** 0: the same as the host port. */
  readonly containerPort: number;
  /** Wanted on the agent; 0: any. Undefined: reachable at the task's own address only. */
  readonly hostPort?: number;
}

/** One check as it is performed, whoever asked for it. */
export interface CheckPlan {
  readonly kind: 'http' | 'tcp' | 'command';
  /** `executor`: done on the agent, its result arrives as a status update. */
  readonly by: 'marathon' | 'executor';
  readonly container?: string;
  readonly path: string;
  /** Index into the endpoints; undefined with `port` or a command. */
  readonly endpoint?: number;
  readonly port?: number;
  readonly secure: boolean;
  readonly gracePeriodSeconds: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxConsecutiveFailures: number;
  /** As it stands in `add_health_check_event`. */
  readonly source: unknown;
}

/** What running something needs to know, the same for apps and pods. */
export interface Traits {
  readonly network: string;
  readonly endpoints: readonly EndpointWish[];
  readonly containers: readonly { readonly name?: string; readonly env: Readonly<Record<string, unknown>> }[];
  readonly checks: readonly CheckPlan[];
  readonly readiness: readonly ReadinessCheck[];
  readonly constraints: readonly (readonly string[])[];
  readonly backoffSeconds: number;
  readonly backoffFactor: number;
  readonly maxLaunchDelaySeconds: number;
  readonly killSelection: string;
  readonly killGraceSeconds: number;
  readonly resident: boolean;
  readonly unreachable: UnreachableStrategy;
  readonly upgrade: UpgradeStrategy;
}

/** Mesos waits this long between SIGTERM and SIGKILL unless the app says otherwise. */
const DEFAULT_KILL_GRACE_SECONDS = 3;
const traitsOfSpec = new WeakMap<RunSpec, Traits>();

export function traitsOf(spec: RunSpec): Traits {
  const known = traitsOfSpec.get(spec);
  if (known !== undefined) return known;
  const traits = spec.kind === 'app' ? appTraits(spec) : podTraits(spec);
  traitsOfSpec.set(spec, traits);
  return traits;
}

function appTraits({ definition }: AppSpec): Traits {
  const network = networkMode(definition);
  return {
    network,
    endpoints: appEndpoints(definition),
    containers: [{ env: definition.env }],
    checks: definition.healthChecks.map((check) => ({
      kind: check.protocol === 'COMMAND' ? 'command' : check.protocol.endsWith('TCP') ? 'tcp' : 'http',
      by: check.protocol.startsWith('MESOS_') || check.protocol === 'COMMAND' ? 'executor' : 'marathon',
      path: check.path ?? '/',
      ...(check.port === undefined ? { endpoint: check.portIndex ?? 0 } : { port: check.port }),
      secure: check.protocol.endsWith('HTTPS'),
      gracePeriodSeconds: check.gracePeriodSeconds,
      intervalSeconds: check.intervalSeconds,
      timeoutSeconds: check.timeoutSeconds,
      maxConsecutiveFailures: check.maxConsecutiveFailures,
      source: check,
    })),
    readiness: definition.readinessChecks,
    constraints: definition.constraints,
    backoffSeconds: definition.backoffSeconds,
    backoffFactor: definition.backoffFactor,
    maxLaunchDelaySeconds: definition.maxLaunchDelaySeconds,
    killSelection: definition.killSelection,
    killGraceSeconds: definition.taskKillGracePeriodSeconds ?? DEFAULT_KILL_GRACE_SECONDS,
    resident: definition.residency !== undefined,
    unreachable: definition.unreachableStrategy,
    upgrade: definition.upgradeStrategy,
  };
}

function appEndpoints(definition: AppSpec['definition']): readonly EndpointWish[] {
  if (definition.portDefinitions !== undefined) {
    return definition.portDefinitions.map(({ port, name, protocol }) => ({
      ...(name === undefined ? {} : { name }),
      protocol,
      containerPort: 0,
      hostPort: definition.requirePorts ? port : 0,
    }));
  }
  return (definition.container?.portMappings ?? []).map(({ containerPort, hostPort, name, protocol }) => ({
    ...(name === undefined ? {} : { name }),
    protocol,
    containerPort,
    ...(hostPort === undefined ? {} : { hostPort }),
  }));
}

function podTraits({ definition }: PodSpec): Traits {
  const { scheduling, containers } = definition;
  const endpoints = containers.flatMap((container) => container.endpoints.map((endpoint) => podEndpoint(container.name, endpoint)));
  return {
    network: definition.networks[0]?.mode ?? 'host',
    endpoints,
    containers: containers.map(({ name, environment }) => ({ name, env: { ...definition.environment, ...environment } })),
    checks: containers.flatMap((container) =>
      container.healthCheck === undefined ? [] : [podCheck(container, container.healthCheck, endpoints)],
    ),
    readiness: [],
    constraints: [],
    backoffSeconds: scheduling.backoff.backoff,
    backoffFactor: scheduling.backoff.backoffFactor,
    maxLaunchDelaySeconds: scheduling.backoff.maxLaunchDelay,
    killSelection: scheduling.killSelection,
    killGraceSeconds: DEFAULT_KILL_GRACE_SECONDS,
    resident: false,
    unreachable: scheduling.unreachableStrategy,
    upgrade: scheduling.upgrade,
  };
}

function podEndpoint(container: string, endpoint: PodEndpoint): EndpointWish {
  return {
    container,
    name: endpoint.name,
    protocol: endpoint.protocol.join(','),
    containerPort: endpoint.containerPort ?? 0,
    ...(endpoint.hostPort === undefined ? {} : { hostPort: endpoint.hostPort }),
  };
}

function podCheck(container: PodContainer, check: PodHealthCheck, endpoints: readonly EndpointWish[]): CheckPlan {
  const name = check.http?.endpoint ?? check.tcp?.endpoint;
  const index = endpoints.findIndex((endpoint) => endpoint.container === container.name && endpoint.name === name);
  return {
    kind: check.http !== undefined ? 'http' : check.tcp !== undefined ? 'tcp' : 'command',
    by: 'executor',
    container: container.name,
    path: check.http?.path ?? '/',
    ...(index === -1 ? {} : { endpoint: index }),
    secure: check.http?.scheme === 'HTTPS',
    gracePeriodSeconds: check.gracePeriodSeconds,
    intervalSeconds: check.intervalSeconds,
    timeoutSeconds: check.timeoutSeconds,
    maxConsecutiveFailures: check.maxConsecutiveFailures,
    source: check,
  };
}
