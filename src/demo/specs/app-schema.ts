import { z } from 'zod';

/**
 * What a client may write into an app definition: types only, of the forms of every Marathon from 1.4 on. Values are judged in
 * `validate.ts`, because Marathon answers the two kinds of mistake differently. Unknown fields are dropped, as Marathon does.
 */
const labels = z.record(z.string(), z.string());

const portMapping = z.object({
  containerPort: z.number().nullish(),
  hostPort: z.number().nullish(),
  servicePort: z.number().nullish(),
  name: z.string().nullish(),
  protocol: z.string().nullish(),
  labels: labels.nullish(),
  networkNames: z.array(z.string()).nullish(),
});

const docker = z.looseObject({
  image: z.string().nullish(),
  network: z.string().nullish(),
  portMappings: z.array(portMapping).nullish(),
});

const container = z.object({
  type: z.string().nullish(),
  docker: docker.nullish(),
  volumes: z.array(z.looseObject({})).nullish(),
  portMappings: z.array(portMapping).nullish(),
  linuxInfo: z.looseObject({}).nullish(),
});

const portDefinition = z.object({
  port: z.number().nullish(),
  name: z.string().nullish(),
  protocol: z.string().nullish(),
  labels: labels.nullish(),
});

const healthCheck = z.object({
  protocol: z.string().nullish(),
  path: z.string().nullish(),
  port: z.number().nullish(),
  portIndex: z.number().nullish(),
  command: z.object({ value: z.string() }).nullish(),
  gracePeriodSeconds: z.number().nullish(),
  intervalSeconds: z.number().nullish(),
  timeoutSeconds: z.number().nullish(),
  delaySeconds: z.number().nullish(),
  maxConsecutiveFailures: z.number().nullish(),
  ignoreHttp1xx: z.boolean().nullish(),
  ipProtocol: z.string().nullish(),
});

const readinessCheck = z.object({
  name: z.string().nullish(),
  protocol: z.string().nullish(),
  path: z.string().nullish(),
  portName: z.string().nullish(),
  intervalSeconds: z.number().nullish(),
  timeoutSeconds: z.number().nullish(),
  httpStatusCodesForReady: z.array(z.number()).nullish(),
  preserveLastResponse: z.boolean().nullish(),
});

const ipAddress = z.object({
  groups: z.array(z.string()).nullish(),
  labels: labels.nullish(),
  networkName: z.string().nullish(),
  discovery: z
    .object({
      ports: z
        .array(z.object({ number: z.number(), name: z.string().nullish(), protocol: z.string().nullish(), labels: labels.nullish() }))
        .nullish(),
    })
    .nullish(),
});

export const appSchema = z.object({
  id: z.string(),
  acceptedResourceRoles: z.array(z.string()).nullish(),
  args: z.array(z.string()).nullish(),
  backoffFactor: z.number().nullish(),
  backoffSeconds: z.number().nullish(),
  cmd: z.string().nullish(),
  constraints: z.array(z.array(z.string())).nullish(),
  container: container.nullish(),
  cpus: z.number().nullish(),
  dependencies: z.array(z.string()).nullish(),
  disk: z.number().nullish(),
  env: z.record(z.string(), z.union([z.string(), z.object({ secret: z.string() })])).nullish(),
  executor: z.string().nullish(),
  fetch: z.array(z.looseObject({ uri: z.string() })).nullish(),
  gpus: z.number().nullish(),
  healthChecks: z.array(healthCheck).nullish(),
  instances: z.number().nullish(),
  ipAddress: ipAddress.nullish(),
  killSelection: z.string().nullish(),
  labels: labels.nullish(),
  maxLaunchDelaySeconds: z.number().nullish(),
  mem: z.number().nullish(),
  networks: z.array(z.object({ mode: z.string().nullish(), name: z.string().nullish(), labels: labels.nullish() })).nullish(),
  portDefinitions: z.array(portDefinition).nullish(),
  ports: z.array(z.number()).nullish(),
  readinessChecks: z.array(readinessCheck).nullish(),
  requirePorts: z.boolean().nullish(),
  residency: z.looseObject({}).nullish(),
  role: z.string().nullish(),
  secrets: z.record(z.string(), z.looseObject({})).nullish(),
  taskKillGracePeriodSeconds: z.number().nullish(),
  unreachableStrategy: z
    .union([z.literal('disabled'), z.object({ inactiveAfterSeconds: z.number().nullish(), expungeAfterSeconds: z.number().nullish() })])
    .nullish(),
  upgradeStrategy: z.object({ maximumOverCapacity: z.number().nullish(), minimumHealthCapacity: z.number().nullish() }).nullish(),
  uris: z.array(z.string()).nullish(),
  user: z.string().nullish(),
  version: z.string().nullish(),
});

/** An app as a client writes it. */
export type AppInput = z.input<typeof appSchema>;
export type AppChange = Omit<AppInput, 'id'> & { readonly id?: string | undefined };
