import { z } from 'zod';

/** The fields of a pod's status that Sluice reads, Marathon 1.4 to 1.11: unknown fields pass, those named here must have their type. */
const port = z.int().min(0).max(65535);

const endpoint = z.object({
  name: z.string(),
  containerPort: port.nullish(),
  /** A list; one word in the first Marathons with pods. */
  protocol: z.union([z.array(z.string()), z.string().transform((one) => [one])]).nullish(),
});

const healthCheck = z.object({
  http: z.object({ endpoint: z.string(), path: z.string().nullish(), scheme: z.string().nullish() }).nullish(),
  tcp: z.object({ endpoint: z.string() }).nullish(),
  intervalSeconds: z.number().positive().nullish(),
  timeoutSeconds: z.number().positive().nullish(),
  maxConsecutiveFailures: z.int().min(0).nullish(),
  gracePeriodSeconds: z.number().min(0).nullish(),
});

const container = z.object({
  name: z.string(),
  endpoints: z.array(endpoint).nullish(),
  healthCheck: healthCheck.nullish(),
});

const podSchema = z.object({
  id: z.string().startsWith('/'),
  labels: z.record(z.string(), z.string()).nullish(),
  version: z.string().nullish(),
  scaling: z.object({ instances: z.int().min(0).nullish() }).nullish(),
  networks: z.array(z.object({ mode: z.enum(['host', 'container/bridge', 'container']).nullish() })).nullish(),
  containers: z.array(container),
});

export const podStatusSchema = z.object({
  /** The newest definition. */
  spec: podSchema,
  /** Each is checked on its own: one of wrong shape takes only itself out. */
  instances: z.array(z.unknown()).nullish(),
});

export type RawPod = z.infer<typeof podSchema>;
export type RawPodCheck = z.infer<typeof healthCheck>;

const condition = z.object({ name: z.string(), value: z.string(), reason: z.string().nullish() });

const containerStatus = z.object({
  name: z.string(),
  /** State of the container's Mesos task. */
  status: z.string(),
  conditions: z.array(condition).nullish(),
  endpoints: z.array(z.object({ name: z.string(), allocatedHostPort: port.nullish() })).nullish(),
  /** Of its Mesos task. */
  containerId: z.string().nullish(),
});

export const podInstanceSchema = z.object({
  id: z.string().min(1),
  /** PENDING, STAGING, STABLE, DEGRADED, TERMINAL. */
  status: z.string().nullish(),
  agentHostname: z.string().nullish(),
  agentId: z.string().nullish(),
  networks: z.array(z.object({ addresses: z.array(z.string()).nullish() })).nullish(),
  /** None before the instance is launched. */
  containers: z.array(containerStatus).nullish(),
  /** '/v2/pods/shop/pod::versions/<version>'. */
  specReference: z.string().nullish(),
});

export type RawPodInstance = z.infer<typeof podInstanceSchema>;
