import type { NamedCluster, NamedTask } from '../dns/named-task.ts';
import { canonicalIp } from '../kit/ip-address.ts';
import type { AgentFact, FrameworkFact, WholeFacts } from './facts/facts.ts';
import { type HealthAwareness, toNamedTask } from './facts/named.ts';
import { toFacts } from './facts/state-facts.ts';

export interface StateOptions {
  /** Addresses of a host that is no address itself; none: it could not be resolved. */
  readonly lookup: (host: string) => readonly string[];
  /** false: as in Mesos-DNS only TASK_RUNNING counts, and all that run are fit. */
  readonly healthAware: boolean;
  /** 'ip:port', in a stable order. */
  readonly masters: readonly string[];
}

/** Objects that could not be understood, and are left out. */
export interface StateSkips {
  readonly frameworks: number;
  readonly agents: number;
  readonly tasks: number;
}

/** What a master's state comes to in DNS, read once and for all. */
export interface ReadState {
  /** In the order of the state. */
  readonly tasks: readonly NamedTask[];
  readonly cluster: NamedCluster;
  readonly skipped: StateSkips;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const listIn = (value: unknown, key: string): readonly unknown[] => (isObject(value) && Array.isArray(value[key]) ? value[key] : []);

/** A state that somebody wrote or shortened may leave out ids of frameworks; they serve only to tell them apart. */
const withIds = (json: unknown): unknown =>
  isObject(json) && Array.isArray(json['frameworks'])
    ? { ...json, frameworks: json['frameworks'].map((one: unknown, at) => (isObject(one) ? { id: `#${at}`, ...one } : one)) }
    : json;

const skippedIn = (json: unknown, { agents, frameworks, tasks }: WholeFacts): StateSkips => {
  const ids = new Set<unknown>(frameworks.map(({ id }) => id));
  const raw = listIn(json, 'frameworks').filter((one) => isObject(one) && ids.has(one['id']));
  return {
    agents: listIn(json, 'slaves').length - agents.length,
    frameworks: listIn(json, 'frameworks').length - frameworks.length,
    tasks: raw.flatMap((one) => listIn(one, 'tasks')).length - tasks.length,
  };
};

const finished = (reading: Generator<void, WholeFacts>): WholeFacts => {
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
  }
};

/** Ids are unique within a framework, but two frameworks may have one name: the second of a key is told apart by the task's name. */
const withOwnKey = (task: NamedTask, taken: ReadonlyMap<string, unknown>): NamedTask =>
  taken.has(task.key) ? { ...task, key: `${task.key}\n${task.name}` } : task;

const namedTasks = (
  facts: WholeFacts,
  addresses: (host: string) => readonly string[],
  awareness: HealthAwareness,
): readonly NamedTask[] => {
  const agents = new Map(facts.agents.map((agent) => [agent.id, addresses(agent.pid.host)]));
  const frameworks = new Map(facts.frameworks.map((framework) => [framework.id, framework]));
  const tasks = new Map<string, NamedTask>();
  for (const fact of facts.tasks) {
    const [agent, framework] = [agents.get(fact.agentId), frameworks.get(fact.frameworkId)];
    const task = agent && framework && toNamedTask(fact, framework, agent, awareness);
    if (task === undefined) continue;
    const own = withOwnKey(task, tasks);
    tasks.set(own.key, own);
  }
  return [...tasks.values()];
};

/**
 * Of `/master/state`. A task on an agent that the state does not list does not count (1.7 of Mesos-DNS's rules).
 * @param state parsed JSON
 * @throws ZodError: it is no master's state
 */
export const readState = (state: unknown, { lookup, healthAware, masters }: StateOptions): ReadState => {
  const json = withIds(state);
  const facts = finished(toFacts(json));
  const addresses = (host: string): readonly string[] => {
    const address = canonicalIp(host);
    return address === undefined ? (host === '' ? [] : lookup(host)) : [address];
  };
  const ofAgent = ({ id, pid }: AgentFact) => ({ id, addresses: addresses(pid.host), port: pid.port });
  const ofFramework = ({ name, hostname, pid }: FrameworkFact) => ({
    name,
    addresses: addresses(pid?.host ?? hostname),
    ...(pid !== undefined && { port: pid.port }),
  });
  return {
    tasks: namedTasks(facts, addresses, healthAware ? 'by-health' : 'all'),
    cluster: {
      frameworks: facts.frameworks.map(ofFramework),
      agents: facts.agents.map(ofAgent),
      masters,
      ...(facts.leader !== undefined && { leader: facts.leader }),
    },
    skipped: skippedIn(json, facts),
  };
};
