import type { Fitness, NamedTask } from '../dns/named-task.ts';
import { canonicalIp } from '../kit/ip-address.ts';
import type { App } from '../model/app.ts';
import type { Task, TaskContainer } from '../model/task.ts';
import { discoveryPorts, hostPorts, isMapped } from './discovery-ports.ts';
import { dottedPath } from './dotted-path.ts';
import { type Checked, fitnessOf, fitnessOfContainer } from './fitness.ts';

/** What an app's names need besides the app itself. */
export interface NamesContext {
  /** Name of the framework that Marathon is to Mesos. */
  readonly framework: string;
  /** False: as Mesos-DNS has it, whatever checks say. */
  readonly isHealthAware: boolean;
  /** Addresses of agents that Marathon knows by name. */
  readonly hosts: ReadonlyMap<string, string>;
  /** 0 to 65,535; 0 = new requests are not to come to it. Undefined: as the zone has it. */
  readonly weightOf?: (taskId: string) => number | undefined;
}

/** One task of Mesos: of an app, or a container of a pod's instance. */
interface MesosTask {
  readonly id: string;
  readonly name: string;
  readonly container?: string;
  readonly fitness: Fitness;
}

/** No addresses: the agent is not known, or its name is not resolved (yet). */
const addressesOf = (host: string, hosts: ReadonlyMap<string, string>): readonly string[] => {
  const address = canonicalIp(host) ?? canonicalIp(hosts.get(host) ?? '');
  return address === undefined ? [] : [address];
};

const ofContainer = (
  checked: Checked,
  instance: Task,
  { name, taskId, state }: TaskContainer,
  isHealthAware: boolean,
): readonly MesosTask[] => {
  const fitness = fitnessOfContainer(checked, instance, state, isHealthAware);
  return fitness === undefined || taskId === '' ? [] : [{ id: taskId, name, container: name, fitness }];
};

const mesosTasks = (checked: Checked, task: Task, { isHealthAware }: NamesContext): readonly MesosTask[] => {
  if (task.containers !== undefined) return task.containers.flatMap((one) => ofContainer(checked, task, one, isHealthAware));
  const fitness = fitnessOf(checked, task, isHealthAware);
  return fitness === undefined ? [] : [{ id: task.id, name: dottedPath(checked.app.id), fitness }];
};

/** Weight 0 is maintenance to HAProxy's resolver, and next to nothing to others (RFC 2782): who is to get no requests is left out where others are. */
const weighed = (fitness: Fitness, taskId: string, { weightOf, isHealthAware }: NamesContext): Pick<NamedTask, 'fitness' | 'weight'> => {
  const weight = weightOf?.(taskId);
  if (weight === undefined) return { fitness };
  return weight === 0 ? { fitness: isHealthAware ? 'unfit' : fitness } : { fitness, weight };
};

const toNamed = (app: App, task: Task, { id, name, container, fitness }: MesosTask, context: NamesContext): NamedTask => {
  const ports = hostPorts(app, task, container);
  return {
    key: `${context.framework}\n${id}`,
    framework: context.framework,
    id,
    name,
    discovery: { name: dottedPath(app.id), ports: discoveryPorts(app, task, container) },
    agentId: task.agentId ?? '',
    agentAddresses: addressesOf(task.host, context.hosts),
    addresses: task.ipAddresses.length === 0 ? {} : { netinfo: task.ipAddresses },
    hostPorts: ports,
    isMapped: isMapped(app, ports.length > 0),
    ...weighed(fitness, task.id, context),
    appId: app.id,
  };
};

/**
 * A task of an app as DNS sees it; none: it counts for nothing. Marathon calls it by its app's path read backwards, and gives it a DiscoveryInfo of that name.
 *
 * An instance of a pod is as many tasks as it has containers that run: to Mesos each is one, with its own id, the container's name, its own endpoints and
 * their host ports, and with the pod's path for the name in its DiscoveryInfo, so all share that one. The addresses are the instance's, and so is the health:
 * the model has one for all of its containers. One that a Sluice saved which did not ask for containers is one task with all ports until the pod is read: only its canonical name is another.
 */
export const namedTask = (checked: Checked, task: Task, context: NamesContext): readonly NamedTask[] =>
  mesosTasks(checked, task, context).map((one) => toNamed(checked.app, task, one, context));
