import { canonicalIp } from '../kit/ip-address.ts';
import type { App, AppPort } from '../model/app.ts';
import type { Task } from '../model/task.ts';
import type { BuildOptions } from './options.ts';

/** Where a task takes traffic for one service port, or why it takes none. */
export type Admission =
  | { readonly kind: 'in'; readonly host: string; readonly address: string; readonly port: number }
  | { readonly kind: 'out'; readonly because: string };

/** Marathon-LB 5.4: these take no traffic. RUNNING, LOST, UNREACHABLE and states that are not known yet do: HAProxy's own check decides. */
const ENDED_OR_NOT_READY = new Set(
  ['STAGING', 'STARTING', 'KILLING', 'FINISHED', 'FAILED', 'KILLED', 'ERROR', 'DROPPED', 'GONE', 'GONE_BY_OPERATOR', 'UNKNOWN'].map(
    (s) => `TASK_${s}`,
  ),
);

const out = (because: string): Admission => ({ kind: 'out', because });

/** Address of an agent: its host name where that is one already, else what the name was resolved to. */
const agentAddress = (host: string, hosts: ReadonlyMap<string, string>): string | undefined => canonicalIp(host) ?? hosts.get(host);

const isPort = (port: number | undefined): port is number => port !== undefined && port > 0;

const hostPortOf = (task: Task, port: AppPort): number | undefined =>
  port.hostPortIndex === undefined ? undefined : task.ports[port.hostPortIndex];

const onAgent = (task: Task, port: AppPort, hosts: ReadonlyMap<string, string>): Admission => {
  const address = agentAddress(task.host, hosts);
  if (address === undefined) return out(`the name of its agent, '${task.host}', is not resolved`);
  const hostPort = hostPortOf(task, port);
  return isPort(hostPort) ? { kind: 'in', host: task.host, address, port: hostPort } : out('it has no host port for this service port');
};

const inContainer = (task: Task, port: AppPort): Admission => {
  const [text] = task.ipAddresses;
  if (text === undefined) return out('it has no address of its own yet');
  const address = canonicalIp(text);
  if (address === undefined) return out(`its address, '${text}', is not an IP address`);
  const number = isPort(port.containerPort) ? port.containerPort : hostPortOf(task, port);
  return isPort(number) ? { kind: 'in', host: task.host, address, port: number } : out('it has no container port for this service port');
};

/** Whether and where a task takes traffic for one of its app's service ports. `hosts`: addresses of agents known by name. */
export const admit = (
  app: App,
  port: AppPort,
  task: Task,
  hosts: ReadonlyMap<string, string>,
  options: Pick<BuildOptions, 'healthCheck'>,
): Admission => {
  if (task.host === '') return out('it has no agent yet');
  if (ENDED_OR_NOT_READY.has(task.state)) return out(`it is ${task.state}`);
  if (options.healthCheck && app.healthChecks.length > 0 && task.health !== 'healthy') {
    return out(task.health === 'unhealthy' ? 'Marathon finds it unhealthy' : 'Marathon has not seen it healthy yet');
  }
  return app.network === 'container' ? inContainer(task, port) : onAgent(task, port, hosts);
};
