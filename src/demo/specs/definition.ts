/**
 * App definitions as the stand-in keeps them: the form of Marathon 1.5 and later, complete and with every default filled in. The
 * older form is translated on the way in and written on the way out.
 */
export type NetworkMode = 'host' | 'container/bridge' | 'container';

export interface Network {
  readonly name?: string;
  readonly mode: NetworkMode;
}

export interface PortDefinition {
  /** The service port; the host port as well if the app requires its ports. */
  readonly port: number;
  readonly name?: string;
  readonly protocol: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface PortMapping {
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly protocol: string;
  readonly servicePort: number;
  readonly networkNames?: readonly string[];
}

export interface Container {
  readonly type: string;
  readonly docker?: Readonly<Record<string, unknown>>;
  readonly volumes: readonly unknown[];
  readonly portMappings?: readonly PortMapping[];
  readonly linuxInfo?: unknown;
}

export interface HealthCheck {
  readonly command?: { readonly value: string };
  readonly gracePeriodSeconds: number;
  readonly ignoreHttp1xx?: boolean;
  readonly intervalSeconds: number;
  readonly maxConsecutiveFailures: number;
  readonly path?: string;
  readonly port?: number;
  readonly portIndex?: number;
  readonly protocol: string;
  readonly ipProtocol: string;
  readonly timeoutSeconds: number;
  readonly delaySeconds: number;
}

export interface ReadinessCheck {
  readonly name: string;
  readonly protocol: string;
  readonly path: string;
  readonly portName: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly httpStatusCodesForReady: readonly number[];
  readonly preserveLastResponse: boolean;
}

export type UnreachableStrategy = 'disabled' | { readonly inactiveAfterSeconds: number; readonly expungeAfterSeconds: number };

export interface UpgradeStrategy {
  readonly maximumOverCapacity: number;
  readonly minimumHealthCapacity: number;
}

export interface Definition {
  readonly acceptedResourceRoles: readonly string[];
  readonly args: readonly string[];
  readonly backoffFactor: number;
  readonly backoffSeconds: number;
  readonly cmd?: string;
  readonly constraints: readonly (readonly string[])[];
  readonly container?: Container;
  readonly cpus: number;
  readonly dependencies: readonly string[];
  readonly disk: number;
  readonly env: Readonly<Record<string, unknown>>;
  readonly executor: string;
  readonly fetch: readonly unknown[];
  readonly gpus: number;
  readonly healthChecks: readonly HealthCheck[];
  readonly instances: number;
  readonly killSelection: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly maxLaunchDelaySeconds: number;
  readonly mem: number;
  readonly networks: readonly Network[];
  /** Only with host networking. */
  readonly portDefinitions?: readonly PortDefinition[];
  readonly readinessChecks: readonly ReadinessCheck[];
  readonly requirePorts: boolean;
  readonly residency?: unknown;
  readonly role: string;
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly taskKillGracePeriodSeconds?: number;
  readonly unreachableStrategy: UnreachableStrategy;
  readonly upgradeStrategy: UpgradeStrategy;
  readonly user?: string;
}

export function networkMode(definition: Pick<Definition, 'networks'>): NetworkMode {
  return definition.networks[0]?.mode ?? 'host';
}

export function servicePorts(definition: Definition): readonly number[] {
  return definition.portDefinitions?.map(({ port }) => port) ?? definition.container?.portMappings?.map((it) => it.servicePort) ?? [];
}
