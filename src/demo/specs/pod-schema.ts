import { z } from 'zod';

/** What a client may write into a pod definition. */
const labels = z.record(z.string(), z.string());
const environment = z.record(z.string(), z.union([z.string(), z.looseObject({})]));

const endpoint = z.object({
  name: z.string(),
  containerPort: z.number().optional(),
  hostPort: z.number().optional(),
  protocol: z.array(z.string()).optional(),
  labels: labels.optional(),
});

const healthCheck = z.object({
  http: z.object({ endpoint: z.string(), path: z.string().optional(), scheme: z.string().optional() }).optional(),
  tcp: z.object({ endpoint: z.string() }).optional(),
  exec: z.looseObject({}).optional(),
  gracePeriodSeconds: z.number().optional(),
  intervalSeconds: z.number().optional(),
  maxConsecutiveFailures: z.number().optional(),
  timeoutSeconds: z.number().optional(),
  delaySeconds: z.number().optional(),
});

const container = z.object({
  name: z.string(),
  exec: z.looseObject({}).optional(),
  resources: z.object({ cpus: z.number(), mem: z.number(), disk: z.number().optional(), gpus: z.number().optional() }),
  endpoints: z.array(endpoint).optional(),
  environment: environment.optional(),
  image: z.looseObject({}).optional(),
  healthCheck: healthCheck.optional(),
});

export const podSchema = z.object({
  id: z.string(),
  labels: labels.optional(),
  environment: environment.optional(),
  containers: z.array(container),
  networks: z.array(z.object({ name: z.string().optional(), mode: z.string().optional() })).optional(),
  scaling: z.object({ kind: z.string().optional(), instances: z.number().optional() }).optional(),
  scheduling: z
    .object({
      backoff: z
        .object({ backoff: z.number().optional(), backoffFactor: z.number().optional(), maxLaunchDelay: z.number().optional() })
        .optional(),
      upgrade: z.object({ minimumHealthCapacity: z.number().optional(), maximumOverCapacity: z.number().optional() }).optional(),
      placement: z
        .object({ constraints: z.array(z.looseObject({})).optional(), acceptedResourceRoles: z.array(z.string()).optional() })
        .optional(),
      killSelection: z.string().optional(),
      unreachableStrategy: z
        .union([
          z.literal('disabled'),
          z.object({ inactiveAfterSeconds: z.number().optional(), expungeAfterSeconds: z.number().optional() }),
        ])
        .optional(),
    })
    .optional(),
  role: z.string().optional(),
});

/** A pod as a client writes it. */
export type PodInput = z.input<typeof podSchema>;
