import type { App, AppPort } from '../model/app.ts';
import type { Task } from '../model/task.ts';

const given = (port: number | undefined): number | undefined => (port === undefined || port === 0 ? undefined : port);

/** Where the task listens for this service port: the port of the same mapping or definition. Undefined: it has none. */
export const portByMeaning = (app: App, port: AppPort, task: Task): number | undefined => {
  const hostPort = port.hostPortIndex === undefined ? undefined : task.ports[port.hostPortIndex];
  if (app.network === 'container') return given(port.containerPort) ?? given(hostPort);
  return given(hostPort);
};

/**
 * As Marathon-LB paired them: the n-th service port with the n-th of the task's ports, whatever mapping that is of. Of a task without host ports
 * those of the definition were taken, though nothing may listen there.
 */
export const portByPlace = (app: App, port: AppPort, task: Task): number | undefined => {
  const index = app.ports.indexOf(port);
  if (app.network === 'container') return given((app.definedPorts ?? app.ports)[index]?.containerPort);
  if (task.ports.length > 0) return given(task.ports[index]);
  return app.network === 'host' ? port.servicePort : given(app.ports[index]?.containerPort);
};
