import type { Backend } from '../desired/desired.ts';
import type { ObservedBackend } from './observed.ts';
import type { ServerSteps } from './plan-servers.ts';

/** Servers that are there and are to be checked at another port: a task may have come where another one was, with its other ports elsewhere. */
export const planCheckPorts = (wanted: Backend, is: ObservedBackend, steps: ServerSteps): void => {
  for (const { name, checkPort } of wanted.servers) {
    const server = is.servers.get(name);
    if (checkPort === undefined || server === undefined) continue;
    if (checkPort !== (server.checkPort === 0 ? server.port : server.checkPort))
      steps.raise.push({ kind: 'set-check-port', backend: wanted.name, server: name, port: checkPort });
  }
};
