import type { PodContainer, PodDefinition, PodEndpoint } from './pod-definition.ts';
import type { PodInput } from './pod-schema.ts';

type ContainerInput = PodInput['containers'][number];

/** Fills in what a client left out of a pod, as Marathon does. */
export function completePod(input: PodInput): PodDefinition {
  const { backoff, upgrade, placement, killSelection, unreachableStrategy } = input.scheduling ?? {};
  return {
    labels: input.labels ?? {},
    environment: input.environment ?? {},
    containers: input.containers.map(completeContainer),
    networks: (input.networks ?? [{ mode: 'host' }]).map(({ name, mode }) => ({
      ...(name === undefined ? {} : { name }),
      mode: mode ?? 'container',
    })),
    scaling: { instances: input.scaling?.instances ?? 1, kind: 'fixed' },
    scheduling: {
      backoff: {
        backoff: backoff?.backoff ?? 1,
        backoffFactor: backoff?.backoffFactor ?? 1.15,
        maxLaunchDelay: backoff?.maxLaunchDelay ?? 300,
      },
      upgrade: { minimumHealthCapacity: upgrade?.minimumHealthCapacity ?? 1, maximumOverCapacity: upgrade?.maximumOverCapacity ?? 1 },
      placement: {
        ...(placement?.constraints === undefined ? {} : { constraints: placement.constraints }),
        acceptedResourceRoles: placement?.acceptedResourceRoles ?? ['*'],
      },
      killSelection: killSelection ?? 'YOUNGEST_FIRST',
      unreachableStrategy:
        unreachableStrategy === 'disabled'
          ? 'disabled'
          : {
              inactiveAfterSeconds: unreachableStrategy?.inactiveAfterSeconds ?? 0,
              expungeAfterSeconds: unreachableStrategy?.expungeAfterSeconds ?? 0,
            },
    },
    role: input.role ?? '*',
  };
}

function completeContainer({ name, exec, resources, endpoints, environment, image, healthCheck }: ContainerInput): PodContainer {
  return {
    name,
    ...(exec === undefined ? {} : { exec }),
    resources: { cpus: resources.cpus, mem: resources.mem, disk: resources.disk ?? 0, gpus: resources.gpus ?? 0 },
    endpoints: (endpoints ?? []).map(completeEndpoint),
    environment: environment ?? {},
    ...(image === undefined ? {} : { image }),
    ...(healthCheck === undefined ? {} : { healthCheck: completeCheck(healthCheck) }),
  };
}

function completeEndpoint(input: NonNullable<ContainerInput['endpoints']>[number]): PodEndpoint {
  return {
    name: input.name,
    ...(input.containerPort === undefined ? {} : { containerPort: input.containerPort }),
    ...(input.hostPort === undefined ? {} : { hostPort: input.hostPort }),
    protocol: input.protocol ?? ['tcp'],
    ...(input.labels === undefined ? {} : { labels: input.labels }),
  };
}

function completeCheck(input: NonNullable<ContainerInput['healthCheck']>): NonNullable<PodContainer['healthCheck']> {
  const { http, tcp, exec } = input;
  return {
    ...(http === undefined
      ? {}
      : { http: { endpoint: http.endpoint, ...(http.path === undefined ? {} : { path: http.path }), scheme: http.scheme ?? 'HTTP' } }),
    ...(tcp === undefined ? {} : { tcp }),
    ...(exec === undefined ? {} : { exec }),
    gracePeriodSeconds: input.gracePeriodSeconds ?? 300,
    intervalSeconds: input.intervalSeconds ?? 60,
    maxConsecutiveFailures: input.maxConsecutiveFailures ?? 3,
    timeoutSeconds: input.timeoutSeconds ?? 20,
    delaySeconds: input.delaySeconds ?? 15,
  };
}
