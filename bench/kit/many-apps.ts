/** A body of GET /v2/apps?embed=apps.tasks: `count` apps of `tasks` tasks, with virtual hosts; every second one has an HTTP check. */
export const manyAppsBody = (count: number, tasks: number): Buffer => {
  const apps = Array.from({ length: count }, (_, index) => anApp(index, tasks));
  return Buffer.from(JSON.stringify({ apps }));
};

const VERSION = '2026-01-01T00:00:00.000Z';

const check = {
  protocol: 'HTTP',
  path: '/health',
  portIndex: 0,
  intervalSeconds: 10,
  timeoutSeconds: 5,
  maxConsecutiveFailures: 3,
  gracePeriodSeconds: 60,
};

const anApp = (index: number, tasks: number): object => {
  const id = `/team${index % 50}/app${index}`;
  return {
    id,
    instances: tasks,
    version: VERSION,
    labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: `app${index}.example.com` },
    networks: [{ mode: 'host' }],
    portDefinitions: [{ port: 10_001 + index, name: 'http', protocol: 'tcp' }],
    healthChecks: index % 2 === 0 ? [] : [check],
    tasks: Array.from({ length: tasks }, (_, task) => aTask(id, index, task)),
  };
};

const aTask = (appId: string, index: number, task: number): object => {
  const instance = `${appId.slice(1).replaceAll('/', '_')}.instance-00000000-0000-11e6-a48f-${String(task).padStart(12, '0')}`;
  const host = `10.0.${task}.${index % 250}`;
  return {
    id: `${instance}._app.1`,
    appId,
    host,
    ipAddresses: [{ ipAddress: host, protocol: 'IPv4' }],
    ports: [20_000 + (index % 10_000)],
    state: 'TASK_RUNNING',
    version: VERSION,
    healthCheckResults: index % 2 === 0 ? [] : [{ alive: true, instanceId: instance, consecutiveFailures: 0 }],
  };
};
