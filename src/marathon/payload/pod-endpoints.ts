import type { DefinedPort, HealthCheck } from '../../model/app.ts';
import type { RawPod, RawPodCheck } from './pod-schema.ts';

type Endpoint = NonNullable<RawPod['containers'][number]['endpoints']>[number];

/** An endpoint of a pod; their order is that of HAPROXY_{n}_ labels. Marathon takes no two of one name in a pod. */
export interface PodEndpoint extends Endpoint {
  readonly container: string;
}

export const endpointsOf = ({ containers }: RawPod): readonly PodEndpoint[] =>
  containers.flatMap(({ name: container, endpoints }) => (endpoints ?? []).map((endpoint) => ({ ...endpoint, container })));

/** Endpoints have no service ports. A task's `ports` has an entry for each of them: see `toPodTask`. */
export const portsOfEndpoints = (endpoints: readonly PodEndpoint[]): readonly DefinedPort[] =>
  endpoints.map(({ name, container, protocol, containerPort }, index) => ({
    protocol: protocol == null || protocol.length === 0 ? 'tcp' : protocol.join(','),
    name,
    container,
    ...(containerPort == null ? {} : { containerPort }),
    hostPortIndex: index,
  }));

/** In the words of an app's checks, which Marathon does itself; a pod's are done on the agent. */
const protocolOf = ({ http, tcp }: RawPodCheck): string => {
  if (http != null) return http.scheme?.toUpperCase() === 'HTTPS' ? 'HTTPS' : 'HTTP';
  return tcp == null ? 'COMMAND' : 'TCP';
};

const toHealthCheck = (check: RawPodCheck, endpoints: readonly PodEndpoint[]): HealthCheck => {
  const name = check.http?.endpoint ?? check.tcp?.endpoint;
  const index = endpoints.findIndex((endpoint) => endpoint.name === name);
  return {
    protocol: protocolOf(check),
    ...(check.http?.path == null ? {} : { path: check.http.path }),
    ...(index < 0 ? {} : { portIndex: index }),
    // Marathon's defaults, which it fills in itself.
    intervalSeconds: check.intervalSeconds ?? 60,
    timeoutSeconds: check.timeoutSeconds ?? 20,
    maxConsecutiveFailures: check.maxConsecutiveFailures ?? 3,
    gracePeriodSeconds: check.gracePeriodSeconds ?? 300,
  };
};

export const checksOfPod = ({ containers }: RawPod, endpoints: readonly PodEndpoint[]): readonly HealthCheck[] =>
  containers.flatMap(({ healthCheck }) => (healthCheck == null ? [] : [toHealthCheck(healthCheck, endpoints)]));
