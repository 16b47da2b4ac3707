import type { DiscoveryPort, NamedCluster, NamedFramework, NamedTask } from '../dns/named-task.ts';
import { canonicalIp } from '../kit/ip-address.ts';
import { isObject, listAt, type Loose, numberAt, objectAt, objectsAt, textAt } from './loose.ts';
import { leaderOf, toPid } from './pid.ts';
import { toPorts } from './port-ranges.ts';
import { addressesOf, fitnessOf, isMapped } from './statuses.ts';

export interface StateOptions {
  /** Addresses of a host that is no address itself; none: it could not be resolved. */
  readonly lookup: (host: string) => readonly string[];
  /** false: as in Mesos-DNS only TASK_RUNNING counts, and all that run are fit. */
  readonly healthAware: boolean;
  /** 'ip:port', in a stable order. */
  readonly masters: readonly string[];
}

/** What was left out as it made no sense; other objects are as they would be without it. */
export interface StateSkips {
  readonly frameworks: number;
  readonly agents: number;
  readonly tasks: number;
}

export interface ReadState {
  readonly tasks: readonly NamedTask[];
  readonly cluster: NamedCluster;
  readonly skipped: StateSkips;
}

/** An agent as tasks need it. */
export interface KnownAgent {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly port?: number;
}

const addressesOfHost = (host: string, { lookup }: StateOptions): readonly string[] => {
  const address = canonicalIp(host);
  if (address !== undefined) return [address];
  return host === '' ? [] : lookup(host);
};

/** Of an element of `slaves`. Its pid says where it is; without a usable one, its hostname. Undefined: it has no id, or neither of these. */
export const toAgent = (value: unknown, options: StateOptions): KnownAgent | undefined => {
  if (!isObject(value)) return undefined;
  const id = textAt(value, 'id');
  const pid = toPid(textAt(value, 'pid'));
  const host = pid?.host ?? textAt(value, 'hostname');
  if (id === '' || host === '') return undefined;
  return { id, addresses: addressesOfHost(host, options), ...(pid !== undefined && { port: pid.port }) };
};

/** Of an element of `frameworks`, without its tasks. Undefined: it has no name. */
export const toFramework = (value: unknown, options: StateOptions): NamedFramework | undefined => {
  if (!isObject(value)) return undefined;
  const name = textAt(value, 'name');
  const pid = toPid(textAt(value, 'pid'));
  if (name === '') return undefined;
  const addresses = addressesOfHost(pid?.host ?? textAt(value, 'hostname'), options);
  return { name, addresses, ...(pid !== undefined && { port: pid.port }) };
};

const toPort = (port: Loose): DiscoveryPort => ({
  number: numberAt(port, 'number', 0),
  protocol: textAt(port, 'protocol'),
  name: textAt(port, 'name'),
});

const discoveryOf = (task: Loose): Pick<NamedTask, 'discovery'> => {
  const discovery = objectAt(task, 'discovery');
  const name = textAt(discovery, 'name');
  return name === '' ? {} : { discovery: { name, ports: objectsAt(objectAt(discovery, 'ports'), 'ports').map(toPort) } };
};

/** Whether a task in that state is named at all. */
const counts = (state: string, { healthAware }: StateOptions): boolean =>
  state === 'TASK_RUNNING' || (healthAware && state === 'TASK_KILLING');

/** Of an element of a framework's `tasks`. 'none': it does not count (1.7 of Mesos-DNS's rules). Undefined: it makes no sense. */
export const toTask = (
  value: unknown,
  framework: string,
  agents: ReadonlyMap<string, KnownAgent>,
  options: StateOptions,
): NamedTask | 'none' | undefined => {
  if (!isObject(value)) return undefined;
  const [id, name, agentId] = [textAt(value, 'id'), textAt(value, 'name'), textAt(value, 'slave_id')];
  if (!counts(textAt(value, 'state'), options)) return 'none';
  const agent = agents.get(agentId);
  if (agent === undefined) return 'none';
  if (id === '') return undefined;
  const statuses = objectsAt(value, 'statuses');
  return {
    key: `${framework}\n${id}`,
    framework,
    id,
    name,
    ...discoveryOf(value),
    agentId,
    agentAddresses: agent.addresses,
    addresses: addressesOf(statuses),
    hostPorts: toPorts(textAt(objectAt(value, 'resources'), 'ports')),
    isMapped: isMapped(value, statuses),
    fitness: options.healthAware ? fitnessOf(value, statuses) : 'fit',
  };
};

/** Ids are unique within a framework, but two frameworks may have one name: the second of a key is told apart by the task's name. */
const withOwnKey = (task: NamedTask, taken: ReadonlyMap<string, NamedTask>): NamedTask =>
  taken.has(task.key) ? { ...task, key: `${task.key}\n${task.name}` } : task;

/** What `/master/state` says, in the order in which it does. One object that makes no sense is left out and counted, never the whole. */
export const readState = (state: unknown, options: StateOptions): ReadState => {
  const root = isObject(state) ? state : {};
  const skipped = { frameworks: 0, agents: 0, tasks: 0 };
  const agents = new Map<string, KnownAgent>();
  for (const value of listAt(root, 'slaves')) {
    const agent = toAgent(value, options);
    if (agent === undefined) skipped.agents += 1;
    else agents.set(agent.id, agent);
  }
  const frameworks: NamedFramework[] = [];
  const tasks = new Map<string, NamedTask>();
  for (const value of listAt(root, 'frameworks')) {
    const framework = toFramework(value, options);
    if (framework === undefined) skipped.frameworks += 1;
    else frameworks.push(framework);
    if (framework === undefined || !isObject(value)) continue;
    for (const one of listAt(value, 'tasks')) {
      const task = toTask(one, framework.name, agents, options);
      if (task === undefined) skipped.tasks += 1;
      else if (task !== 'none') tasks.set(withOwnKey(task, tasks).key, withOwnKey(task, tasks));
    }
  }
  const leader = leaderOf(textAt(root, 'leader'));
  const cluster = { frameworks, agents: [...agents.values()], masters: options.masters, ...(leader !== undefined && { leader }) };
  return { tasks: [...tasks.values()], cluster, skipped };
};
