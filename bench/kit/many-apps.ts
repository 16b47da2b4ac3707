import { ownTexts } from './overriding.ts';

/** Where tasks are, and whether they are checked. */
export interface TaskShape {
  readonly address: (app: number, task: number) => { readonly host: string; readonly port: number };
  readonly isChecked: (app: number) => boolean;
}

/** Addresses that nobody has; every second app has an HTTP check. */
const nowhere: TaskShape = {
  address: (app, task) => ({ host: `10.0.${task}.${app % 250}`, port: 20_000 + (app % 10_000) }),
  isChecked: (app) => app % 2 === 1,
};

/**
 * A body of GET /v2/apps?embed=apps.tasks: `count` apps of `tasks` tasks, each with a virtual host.
 * @param overriding percent of them with texts in place of templates
 */
export const manyAppsBody = (count: number, tasks: number, overriding: number, shape: TaskShape = nowhere): Buffer => {
  const apps = Array.from({ length: count }, (_, index) => anApp(index, tasks, overriding, shape));
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

/** The virtual host of an app. */
export const vhostOf = (index: number): string => `app${index}.example.com`;

const anApp = (index: number, tasks: number, overriding: number, shape: TaskShape): object => {
  const id = `/team${index % 50}/app${index}`;
  return {
    id,
    instances: tasks,
    version: VERSION,
    labels: { HAPROXY_GROUP: 'external', HAPROXY_0_VHOST: vhostOf(index), ...ownTexts(index, overriding) },
    networks: [{ mode: 'host' }],
    portDefinitions: [{ port: 10_001 + index, name: 'http', protocol: 'tcp' }],
    healthChecks: shape.isChecked(index) ? [check] : [],
    tasks: Array.from({ length: tasks }, (_, task) => aTask(id, index, task, shape)),
  };
};

const aTask = (appId: string, index: number, task: number, shape: TaskShape): object => {
  const instance = `${appId.slice(1).replaceAll('/', '_')}.instance-00000000-0000-11e6-a48f-${String(task).padStart(12, '0')}`;
  const { host, port } = shape.address(index, task);
  return {
    id: `${instance}._app.1`,
    appId,
    host,
    ipAddresses: [{ ipAddress: host, protocol: 'IPv4' }],
    ports: [port],
    state: 'TASK_RUNNING',
    version: VERSION,
    healthCheckResults: shape.isChecked(index) ? [{ alive: true, instanceId: instance, consecutiveFailures: 0 }] : [],
  };
};
