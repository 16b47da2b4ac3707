import type { Personality } from '../personality.ts';
import type { AppChange } from './app-schema.ts';
import type {
  Container,
  Definition,
  HealthCheck,
  Network,
  NetworkMode,
  PortDefinition,
  PortMapping,
  ReadinessCheck,
} from './definition.ts';
import { modernised, withoutNulls } from './legacy-input.ts';

/** Gives a service port that nobody has: `wanted` if it is not 0. */
export type TakeServicePort = (wanted: number) => number;

interface Surroundings {
  readonly personality: Personality;
  readonly takeServicePort: TakeServicePort;
}

/**
 * Fills in what a client left out, as Marathon does. With `current` the change is merged into it first: shallow, each top-level key is
 * replaced whole.
 */
export function completeApp(
  change: AppChange,
  current: Definition | undefined,
  { personality, takeServicePort }: Surroundings,
): Definition {
  const input = withoutNulls({ ...(current as AppChange | undefined), ...modernised(change) });
  const networks = completeNetworks(input);
  const mode = networks[0]?.mode ?? 'host';
  const container = completeContainer(input, mode, takeServicePort);
  const portDefinitions = mode === 'host' ? completePortDefinitions(input, takeServicePort) : undefined;
  const hasPorts = (portDefinitions?.length ?? container?.portMappings?.length ?? 0) > 0;
  const resident = input.residency ?? undefined;
  return {
    acceptedResourceRoles: input.acceptedResourceRoles ?? ['*'],
    args: input.args ?? [],
    backoffFactor: input.backoffFactor ?? 1.15,
    backoffSeconds: input.backoffSeconds ?? 1,
    ...(input.cmd ? { cmd: input.cmd } : {}),
    constraints: input.constraints ?? [],
    ...(container === undefined ? {} : { container }),
    cpus: input.cpus ?? 1,
    dependencies: input.dependencies ?? [],
    disk: input.disk ?? 0,
    env: input.env ?? {},
    executor: input.executor ?? '',
    fetch: input.fetch ?? [],
    gpus: input.gpus ?? 0,
    healthChecks: (input.healthChecks ?? []).map((check) => completeHealthCheck(check, hasPorts)),
    instances: input.instances ?? 1,
    killSelection: input.killSelection ?? 'YOUNGEST_FIRST',
    labels: input.labels ?? {},
    maxLaunchDelaySeconds: input.maxLaunchDelaySeconds ?? personality.maxLaunchDelaySeconds,
    mem: input.mem ?? 128,
    networks,
    ...(portDefinitions === undefined ? {} : { portDefinitions }),
    readinessChecks: (input.readinessChecks ?? []).map(completeReadinessCheck),
    requirePorts: input.requirePorts ?? false,
    ...(resident === undefined ? {} : { residency: resident }),
    role: input.role ?? '*',
    secrets: input.secrets ?? {},
    ...(typeof input.taskKillGracePeriodSeconds === 'number' ? { taskKillGracePeriodSeconds: input.taskKillGracePeriodSeconds } : {}),
    unreachableStrategy: completeUnreachable(input.unreachableStrategy, resident !== undefined),
    upgradeStrategy: {
      maximumOverCapacity: input.upgradeStrategy?.maximumOverCapacity ?? (resident === undefined ? 1 : 0),
      minimumHealthCapacity: input.upgradeStrategy?.minimumHealthCapacity ?? (resident === undefined ? 1 : 0.5),
    },
    ...(input.user ? { user: input.user } : {}),
  };
}

function completeNetworks(input: AppChange): readonly Network[] {
  const networks = input.networks ?? [];
  if (networks.length === 0) return [{ mode: 'host' }];
  return networks.map(({ name, mode }) => ({ ...(name ? { name } : {}), mode: (mode ?? 'container') as NetworkMode }));
}

function completeContainer(input: AppChange, mode: NetworkMode, take: TakeServicePort): Container | undefined {
  if (!input.container && mode === 'host') return undefined;
  const { type, docker, volumes, linuxInfo, portMappings } = withoutNulls(input.container ?? {});
  const isDocker = (type ?? 'MESOS') === 'DOCKER';
  const dockerDefaults = { forcePullImage: false, ...(isDocker ? { parameters: [], privileged: false } : {}) };
  return {
    type: type ?? 'MESOS',
    ...(docker ? { docker: { ...dockerDefaults, ...docker } } : {}),
    volumes: volumes ?? [],
    ...(mode === 'host' ? {} : { portMappings: completeMappings(portMappings ?? undefined, mode, take) }),
    ...(linuxInfo ? { linuxInfo } : {}),
  };
}

type MappingsInput = NonNullable<NonNullable<AppChange['container']>['portMappings']>;

function completeMappings(given: MappingsInput | undefined, mode: NetworkMode, take: TakeServicePort): readonly PortMapping[] {
  const mappings: MappingsInput = given ?? [{ containerPort: 0, name: 'default' }];
  return mappings.map(({ containerPort, hostPort, labels, name, protocol, servicePort, networkNames }) => ({
    containerPort: containerPort ?? 0,
    // A bridge cannot be reached but through the agent, so a missing host port means any.
    ...(mode === 'container/bridge' ? { hostPort: hostPort ?? 0 } : typeof hostPort === 'number' ? { hostPort } : {}),
    labels: labels ?? {},
    ...(name ? { name } : {}),
    protocol: protocol ?? 'tcp',
    servicePort: take(servicePort ?? 0),
    ...(networkNames && networkNames.length > 0 ? { networkNames } : {}),
  }));
}

function completePortDefinitions(input: AppChange, take: TakeServicePort): readonly PortDefinition[] {
  const definitions = input.portDefinitions ?? [{ port: 0, name: 'default' }];
  return definitions.map(({ port, name, protocol, labels }) => ({
    port: take(port ?? 0),
    ...(name ? { name } : {}),
    protocol: protocol ?? 'tcp',
    ...(labels ? { labels } : {}),
  }));
}

function completeHealthCheck(input: NonNullable<AppChange['healthChecks']>[number], hasPorts: boolean): HealthCheck {
  const { command, path, port, portIndex, ignoreHttp1xx } = withoutNulls(input);
  const protocol = input.protocol ?? 'HTTP';
  const isCommand = protocol === 'COMMAND';
  const index = portIndex ?? (typeof port === 'number' || isCommand || !hasPorts ? undefined : 0);
  return {
    ...(command ? { command } : {}),
    gracePeriodSeconds: input.gracePeriodSeconds ?? 300,
    ...(protocol === 'HTTP' || protocol === 'HTTPS' ? { ignoreHttp1xx: ignoreHttp1xx ?? false } : {}),
    intervalSeconds: input.intervalSeconds ?? 60,
    maxConsecutiveFailures: input.maxConsecutiveFailures ?? 3,
    ...(path ? { path } : {}),
    ...(typeof port === 'number' ? { port } : index === undefined ? {} : { portIndex: index }),
    protocol,
    ipProtocol: input.ipProtocol ?? 'IPv4',
    timeoutSeconds: input.timeoutSeconds ?? 20,
    delaySeconds: input.delaySeconds ?? 15,
  };
}

function completeReadinessCheck(input: NonNullable<AppChange['readinessChecks']>[number]): ReadinessCheck {
  return {
    name: input.name ?? 'readinessCheck',
    protocol: input.protocol ?? 'HTTP',
    path: input.path ?? '/',
    portName: input.portName ?? 'http-api',
    intervalSeconds: input.intervalSeconds ?? 30,
    timeoutSeconds: input.timeoutSeconds ?? 10,
    httpStatusCodesForReady: input.httpStatusCodesForReady ?? [200],
    preserveLastResponse: input.preserveLastResponse ?? false,
  };
}

function completeUnreachable(given: AppChange['unreachableStrategy'], resident: boolean): Definition['unreachableStrategy'] {
  if (given === 'disabled' || (!given && resident)) return 'disabled';
  return { inactiveAfterSeconds: given?.inactiveAfterSeconds ?? 0, expungeAfterSeconds: given?.expungeAfterSeconds ?? 0 };
}
