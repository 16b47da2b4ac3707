/** Apps and events as Marathon 1.8 and later sends them, cut to what matters. */
export const INSTANCE = 'shop_cart.instance-c7c311a4-ee3b-11eb-9a03-0242ac130003';
export const TASK = `${INSTANCE}._app.1`;
export const VERSION = '2021-07-27T14:40:33.123Z';

export const aTask = (overrides: object = {}): object => ({
  appId: '/shop/cart',
  healthCheckResults: [{ alive: true, consecutiveFailures: 0, instanceId: INSTANCE }],
  host: '10.0.1.162',
  id: TASK,
  ipAddresses: [{ ipAddress: '10.0.1.162', protocol: 'IPv4' }],
  ports: [15457],
  servicePorts: [],
  slaveId: 'S1',
  state: 'TASK_RUNNING',
  version: VERSION,
  localVolumes: [],
  ...overrides,
});

export const anApp = (overrides: object = {}): object => ({
  id: '/shop/cart',
  instances: 1,
  labels: { HAPROXY_GROUP: 'external' },
  networks: [{ mode: 'host' }],
  portDefinitions: [{ port: 10001, name: 'http', protocol: 'tcp' }],
  healthChecks: [{ protocol: 'HTTP', path: '/health', portIndex: 0, intervalSeconds: 10, timeoutSeconds: 5, maxConsecutiveFailures: 3 }],
  version: VERSION,
  tasks: [aTask()],
  ...overrides,
});

export const statusUpdate = (overrides: object = {}): Record<string, unknown> => ({
  slaveId: 'S1',
  taskId: TASK,
  taskStatus: 'TASK_RUNNING',
  message: '',
  appId: '/shop/cart',
  host: '10.0.1.162',
  ipAddresses: [{ ipAddress: '10.0.1.162', protocol: 'IPv4' }],
  ports: [15457],
  version: VERSION,
  eventType: 'status_update_event',
  timestamp: '2021-07-27T14:40:41.020Z',
  ...overrides,
});

export const deployment = (appIds: readonly string[], eventType = 'deployment_info'): Record<string, unknown> => ({
  plan: { id: '867ed450', steps: [{ actions: appIds.map((app) => ({ action: 'ScaleApplication', app })) }], version: VERSION },
  eventType,
  timestamp: '2021-07-27T14:40:33.400Z',
});
