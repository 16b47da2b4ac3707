import { servedPorts } from '../desired/auto-ports.ts';
import type { App } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';
import type { Task } from '../model/task.ts';

/** For documentation (RFC 5737): no host has it. */
const ADDRESS = '192.0.2.1';

const taskOf = ({ id, version, ports }: App): Task => {
  const hostPorts = Math.max(0, ...ports.map(({ hostPortIndex = -1 }) => hostPortIndex + 1));
  return {
    id: `${id.slice(1).replaceAll('/', '_')}.check`,
    instanceId: '',
    host: ADDRESS,
    ipAddresses: [ADDRESS],
    ports: Array.from({ length: hostPorts }, (_, index) => index + 1),
    state: 'TASK_RUNNING',
    health: 'healthy',
    version,
  };
};

/** The app with one task that takes traffic in place of its own: without any it would want no routes, and meet nobody. */
export const withTrialTask = (entry: AppEntry): AppEntry => {
  // A pod as it is served: labels for its endpoints are looked at as those for an app's ports.
  const app = { ...entry.app, ports: servedPorts(entry.app, undefined) };
  const task = taskOf(app);
  return { ...entry, app, tasks: app.instances === 0 ? new Map() : new Map([[task.id, task]]) };
};
