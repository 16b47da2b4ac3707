/** A pod's status as Marathon 1.8 and later sends it, cut to what matters. */
export const POD_INSTANCE = 'shop_pod.instance-ee55ff66-ee3b-11eb-9a03-0242ac130003';
export const POD_VERSION = '2021-07-27T14:40:33.123Z';

const HEALTHY = { name: 'healthy', value: 'true', reason: 'health-reported-by-mesos' };

/** Container 'web' with the endpoints http (31001) and admin (none), and 'sidecar'. The checked endpoint comes last, as Marathon has it. */
export const aPodInstance = (overrides: object = {}, web: object = {}, sidecar: object = {}): object => ({
  id: POD_INSTANCE,
  status: 'STABLE',
  agentHostname: '10.0.1.162',
  agentId: 'S1',
  networks: [{ name: 'dcos', addresses: ['9.0.4.131'] }],
  containers: [
    {
      name: 'web',
      status: 'TASK_RUNNING',
      conditions: [HEALTHY],
      containerId: `${POD_INSTANCE}.web.1`,
      endpoints: [{ name: 'admin' }, { name: 'http', allocatedHostPort: 31001, healthy: true }],
      ...web,
    },
    { name: 'sidecar', status: 'TASK_RUNNING', conditions: [], containerId: `${POD_INSTANCE}.sidecar.1`, endpoints: [], ...sidecar },
  ],
  specReference: `/v2/pods/shop/pod::versions/${POD_VERSION}`,
  localVolumes: [],
  ...overrides,
});

export const CHECK = {
  http: { endpoint: 'http', path: '/health', scheme: 'HTTP' },
  intervalSeconds: 10,
  timeoutSeconds: 5,
  maxConsecutiveFailures: 2,
};

export const aPodSpec = (overrides: object = {}): object => ({
  id: '/shop/pod',
  version: POD_VERSION,
  labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: 'pod.example' },
  containers: [
    {
      name: 'web',
      endpoints: [
        { name: 'http', containerPort: 8080, hostPort: 0, protocol: ['tcp'] },
        { name: 'admin', containerPort: 9000, protocol: ['udp', 'tcp'] },
      ],
      healthCheck: CHECK,
    },
    { name: 'sidecar' },
  ],
  networks: [{ name: 'dcos', mode: 'container' }],
  scaling: { kind: 'fixed', instances: 1 },
  ...overrides,
});

export const aPod = (spec: object = {}, instances: readonly unknown[] = [aPodInstance()]): object => ({
  id: '/shop/pod',
  spec: aPodSpec(spec),
  status: 'STABLE',
  instances,
  terminationHistory: [],
});
