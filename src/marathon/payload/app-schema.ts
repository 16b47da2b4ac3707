import { z } from 'zod';

/**
 * The fields of an app that Sluice reads, in all forms from Marathon 1.3 to 1.11: unknown fields pass, those named here must have
 * their type. Marathon 1.4 and before write null for what is absent, so everything may be null.
 */
const port = z.int().min(0).max(65535);

const portMapping = z.object({
  containerPort: port.nullish(),
  hostPort: port.nullish(),
  servicePort: port.nullish(),
  protocol: z.string().nullish(),
  name: z.string().nullish(),
});

const portDefinition = z.object({ port: port.nullish(), protocol: z.string().nullish(), name: z.string().nullish() });

const discoveryPort = z.object({ number: port, protocol: z.string().nullish(), name: z.string().nullish() });

const healthCheck = z.object({
  protocol: z.string().nullish(),
  path: z.string().nullish(),
  /** A number; a port's name in hand-written definitions that some front ends pass on. */
  portIndex: z.union([z.int().min(0), z.string()]).nullish(),
  port: port.nullish(),
  intervalSeconds: z.number().positive().nullish(),
  timeoutSeconds: z.number().positive().nullish(),
  maxConsecutiveFailures: z.int().min(0).nullish(),
  gracePeriodSeconds: z.number().min(0).nullish(),
});

export const appSchema = z.object({
  id: z.string().startsWith('/'),
  labels: z.record(z.string(), z.string()).nullish(),
  instances: z.int().min(0).nullish(),
  version: z.string().nullish(),
  versionInfo: z.object({ lastConfigChangeAt: z.string().nullish(), lastScalingAt: z.string().nullish() }).nullish(),
  networks: z.array(z.object({ mode: z.enum(['host', 'container/bridge', 'container']).nullish() })).nullish(),
  ipAddress: z.looseObject({ discovery: z.object({ ports: z.array(discoveryPort).nullish() }).nullish() }).nullish(),
  container: z
    .object({
      docker: z.object({ network: z.string().nullish(), portMappings: z.array(portMapping).nullish() }).nullish(),
      portMappings: z.array(portMapping).nullish(),
    })
    .nullish(),
  portDefinitions: z.array(portDefinition).nullish(),
  ports: z.array(port.nullable()).nullish(),
  healthChecks: z.array(healthCheck).nullish(),
  /** Asked for with every app, so an answer without it is not one. Each is checked on its own: one of wrong shape takes only itself out. */
  tasks: z.array(z.unknown()),
});

export type RawApp = z.infer<typeof appSchema>;
export type RawPortMapping = z.infer<typeof portMapping>;
export type RawHealthCheck = z.infer<typeof healthCheck>;
