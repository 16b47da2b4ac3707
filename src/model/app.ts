/** Network mode of an app, in Marathon's words (1.5 and later; older forms are translated to these). */
export type NetworkMode = 'host' | 'container/bridge' | 'container';

/** One service port of an app: the index of this list is the {n} of HAPROXY_{n}_ labels. */
export interface AppPort {
  /** Marathon's service port, 1 to 65535. Once they are served, 0: a pod's endpoint without one. */
  readonly servicePort: number;
  /** 'tcp', 'udp' or 'udp,tcp' as Marathon has it. */
  readonly protocol: string;
  readonly name?: string;
  /** Port inside the container; 0 = same as the host port. Absent in host mode. */
  readonly containerPort?: number;
  /** Index into a task's `ports` (host ports), where this port has one. Not the index of this port: ports without a hostPort are not in the list. */
  readonly hostPortIndex?: number;
  /** Of a pod's endpoint: the container that it is of. */
  readonly container?: string;
}

/** A port of the app definition, with or without a service port. */
export type DefinedPort = Omit<AppPort, 'servicePort'> & { readonly servicePort?: number };

/** A health check of the app definition. Marathon: `healthChecks[]`. */
export interface HealthCheck {
  /** HTTP, HTTPS, TCP, COMMAND, MESOS_HTTP, MESOS_HTTPS, MESOS_TCP. */
  readonly protocol: string;
  readonly path?: string;
  /** Index into the app's service ports; where it has none, into `definedPorts`. Absent when `port` is given, and for commands. */
  readonly portIndex?: number;
  /** A fixed port, the same for every task. */
  readonly port?: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly maxConsecutiveFailures: number;
  readonly gracePeriodSeconds: number;
}

/** What Sluice needs of the definition of an app, or of a pod: no two of them have the same id. */
export interface App {
  /** Absolute id: '/shop/cart'. */
  readonly id: string;
  /** Absent: it is an app. */
  readonly kind?: 'pod';
  readonly labels: Readonly<Record<string, string>>;
  /** Wanted number of instances. */
  readonly instances: number;
  /** Version of the definition, ISO 8601. */
  readonly version: string;
  /** When the definition last changed, of an app otherwise than in its number of instances, ISO 8601. Marathon: `versionInfo.lastConfigChangeAt`. */
  readonly lastConfigChangeAt: string;
  /** When its number of instances last changed, ISO 8601. Marathon: `versionInfo.lastScalingAt`. */
  readonly lastScalingAt?: string;
  readonly network: NetworkMode;
  /** Of a pod: none. */
  readonly ports: readonly AppPort[];
  /**
   * All ports of a container with an address of its own, in the order of the definition; absent where each of them is in `ports`. Of a pod its
   * endpoints, over all containers.
   */
  readonly definedPorts?: readonly DefinedPort[];
  readonly healthChecks: readonly HealthCheck[];
}
