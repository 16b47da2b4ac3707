/** Pods as Marathon keeps them: complete, every default filled in. A pod has endpoints and no service ports. */
export interface PodEndpoint {
  readonly name: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface PodHealthCheck {
  readonly http?: { readonly endpoint: string; readonly path?: string; readonly scheme?: string };
  readonly tcp?: { readonly endpoint: string };
  readonly exec?: unknown;
  readonly gracePeriodSeconds: number;
  readonly intervalSeconds: number;
  readonly maxConsecutiveFailures: number;
  readonly timeoutSeconds: number;
  readonly delaySeconds: number;
}

export interface PodContainer {
  readonly name: string;
  readonly exec?: unknown;
  readonly resources: { readonly cpus: number; readonly mem: number; readonly disk: number; readonly gpus: number };
  readonly endpoints: readonly PodEndpoint[];
  readonly environment: Readonly<Record<string, unknown>>;
  readonly image?: unknown;
  readonly healthCheck?: PodHealthCheck;
}

export interface PodDefinition {
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly containers: readonly PodContainer[];
  readonly networks: readonly { readonly name?: string; readonly mode: string }[];
  readonly scaling: { readonly instances: number; readonly kind: 'fixed' };
  readonly scheduling: {
    readonly backoff: { readonly backoff: number; readonly backoffFactor: number; readonly maxLaunchDelay: number };
    readonly upgrade: { readonly minimumHealthCapacity: number; readonly maximumOverCapacity: number };
    readonly placement: { readonly constraints?: readonly unknown[]; readonly acceptedResourceRoles: readonly string[] };
    readonly killSelection: string;
    readonly unreachableStrategy: 'disabled' | { readonly inactiveAfterSeconds: number; readonly expungeAfterSeconds: number };
  };
  readonly role: string;
}
