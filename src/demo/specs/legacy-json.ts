import { without } from '../without.ts';
import { type Container, type Definition, networkMode, servicePorts } from './definition.ts';
import type { AppSpec } from './run-spec.ts';

type Json = Record<string, unknown>;

/** An app as Marathon 1.4 wrote it: explicit nulls, the network inside of `container.docker`, `ports` beside `portDefinitions`. */
export function legacyAppJson(spec: AppSpec): Json {
  const { id, version, definition, lastScalingAt, lastConfigChangeAt } = spec;
  return {
    id,
    cmd: definition.cmd ?? null,
    args: definition.args.length === 0 ? null : definition.args,
    user: definition.user ?? null,
    env: definition.env,
    instances: definition.instances,
    cpus: definition.cpus,
    mem: definition.mem,
    disk: definition.disk,
    gpus: definition.gpus,
    executor: definition.executor,
    constraints: definition.constraints,
    uris: definition.fetch.map((fetched) => (fetched as { uri: string }).uri),
    fetch: definition.fetch,
    storeUrls: [],
    backoffSeconds: definition.backoffSeconds,
    backoffFactor: definition.backoffFactor,
    maxLaunchDelaySeconds: definition.maxLaunchDelaySeconds,
    container: definition.container === undefined ? null : containerJson(definition, definition.container),
    healthChecks: definition.healthChecks.map((check) => without(check, 'ipProtocol', 'delaySeconds')),
    readinessChecks: definition.readinessChecks,
    dependencies: definition.dependencies,
    upgradeStrategy: definition.upgradeStrategy,
    labels: definition.labels,
    ipAddress: ipAddressJson(definition),
    version,
    residency: definition.residency ?? null,
    secrets: definition.secrets,
    taskKillGracePeriodSeconds: definition.taskKillGracePeriodSeconds ?? null,
    unreachableStrategy: definition.unreachableStrategy,
    killSelection: definition.killSelection,
    ...(hasIpAddress(definition) ? {} : portsJson(definition)),
    versionInfo: { lastScalingAt, lastConfigChangeAt },
  };
}

function hasIpAddress(definition: Definition): boolean {
  return networkMode(definition) === 'container';
}

function portsJson(definition: Definition): Json {
  const mapped = definition.container?.portMappings?.map(({ servicePort, protocol, name, labels }) => ({
    port: servicePort,
    protocol,
    ...(name === undefined ? {} : { name }),
    labels,
  }));
  const portDefinitions = mapped ?? definition.portDefinitions?.map((it) => ({ ...it, labels: it.labels ?? {} })) ?? [];
  return { ports: servicePorts(definition), portDefinitions, requirePorts: definition.requirePorts };
}

/** Only Docker containers had port mappings. */
function containerJson(definition: Definition, container: Container): Json {
  const { type, volumes, docker, portMappings } = container;
  const network = { host: 'HOST', 'container/bridge': 'BRIDGE', container: 'USER' }[networkMode(definition)];
  if (docker === undefined) return { type, volumes };
  if (type !== 'DOCKER') return { type, volumes, docker };
  return { type, volumes, docker: { ...docker, network, ...(network === 'HOST' ? {} : { portMappings }) } };
}

function ipAddressJson(definition: Definition): Json | null {
  if (!hasIpAddress(definition)) return null;
  const { container, networks } = definition;
  const isDocker = container?.type === 'DOCKER' && container.docker !== undefined;
  const ports = isDocker
    ? []
    : (container?.portMappings ?? []).map(({ containerPort, name = '', protocol, labels }) => ({
        number: containerPort,
        name,
        protocol,
        labels,
      }));
  return { groups: [], labels: {}, discovery: { ports }, networkName: networks[0]?.name ?? null };
}
