import { canonicalIp, isLoopback } from '../kit/ip-address.ts';
import type { App, AppPort } from '../model/app.ts';
import type { Task } from '../model/task.ts';
import type { BuildOptions } from './options.ts';
import { type OwnPlaces, whyNoTarget } from './target.ts';
import { portByMeaning, portByPlace } from './task-port.ts';

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

const MOST_PORTS = 65_535;

/** Of a host name (RFC 1123). With an address and a port behind it, it makes a server's name that HAProxy takes in a command and in a line of its file. */
const LONGEST_HOST = 253;

const out = (because: string): Admission => ({ kind: 'out', because });

/** Address of an agent: its host name where that is one already, else what the name was resolved to. */
const agentAddress = (host: string, hosts: ReadonlyMap<string, string>): string | undefined =>
  canonicalIp(host) ?? canonicalIp(hosts.get(host) ?? '');

const isPort = (port: number | undefined): port is number => port !== undefined && port > 0;

/** Of this load balancer, and of the listener that leads to the task. */
interface Place {
  readonly own: OwnPlaces;
  readonly servicePort: number | undefined;
}

/** A task that is where it says, and may be there. */
const taken = (host: string, address: string, port: number, { own, servicePort }: Place): Admission => {
  const because = whyNoTarget(address, port, own, servicePort);
  if (because !== undefined) return out(because);
  return Number.isInteger(port) && port <= MOST_PORTS
    ? { kind: 'in', host, address, port }
    : out(`its port, ${port}, is not a whole number from 1 to ${MOST_PORTS}`);
};

const onAgent = (task: Task, hostPort: number | undefined, hosts: ReadonlyMap<string, string>, place: Place): Admission => {
  const address = agentAddress(task.host, hosts);
  if (address === undefined) return out(`the name of its agent, '${task.host}', is not resolved`);
  return isPort(hostPort) ? taken(task.host, address, hostPort, place) : out('it has no host port for this service port');
};

const inContainer = (task: Task, number: number | undefined, hosts: ReadonlyMap<string, string>, place: Place): Admission => {
  const [text] = task.ipAddresses;
  if (text === undefined) return out('it has no address of its own yet');
  const address = canonicalIp(text);
  if (address === undefined) return out(`its address, '${text}', is not an IP address`);
  // On another machine it would be another host's. Marathon, its agents and Sluice may share one, as they do in the demo.
  if (isLoopback(address) && !isLoopback(agentAddress(task.host, hosts) ?? ''))
    return out(`its address, '${address}', is a loopback address, and that of its agent is none`);
  return isPort(number) ? taken(task.host, address, number, place) : out('it has no container port for this service port');
};

/** Whether and where a task takes traffic for one of its app's service ports. `hosts`: addresses of agents known by name. */
export const admit = (
  app: App,
  port: AppPort,
  task: Task,
  hosts: ReadonlyMap<string, string>,
  options: Pick<BuildOptions, 'healthCheck' | 'bindServicePorts' | 'compat'> & OwnPlaces,
  /** After HAPROXY_{n}_PORT: a listener is opened on it. */
  servicePort: number,
): Admission => {
  if (task.host === '') return out('it has no agent yet');
  if (task.host.length > LONGEST_HOST) return out(`the name of its agent is longer than ${LONGEST_HOST} characters`);
  if (ENDED_OR_NOT_READY.has(task.state)) return out(`it is ${task.state}`);
  if (options.healthCheck && app.healthChecks.length > 0 && task.health !== 'healthy') {
    return out(task.health === 'unhealthy' ? 'Marathon finds it unhealthy' : 'Marathon has not seen it healthy yet');
  }
  const place = { own: options, servicePort: options.bindServicePorts ? servicePort : undefined };
  // Marathon-LB had no pods whose ports it could pair in its way.
  const number = options.compat === 'strict' && app.kind === undefined ? portByPlace(app, port, task) : portByMeaning(app, port, task);
  return app.network === 'container' ? inContainer(task, number, hosts, place) : onAgent(task, number, hosts, place);
};
