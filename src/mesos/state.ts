import type { NamedCluster, NamedTask } from '../dns/named-task.ts';
import { canonicalIp } from '../kit/ip-address.ts';
import type { AgentFact, FrameworkFact, WholeFacts } from './facts/facts.ts';
import { type HealthAwareness, toNamedTask } from './facts/named.ts';
import { toFacts } from './facts/state-facts.ts';

export interface StateOptions {
  /** Addresses of a host that is no address itself; none: it could not be resolved. */
  readonly lookup: (host: string) => readonly string[];
  readonly awareness: HealthAwareness;
  /** 'ip:port', in a stable order. */
  readonly masters: readonly string[];
}

/** What a master's state comes to in DNS, read once and for all. */
export interface ReadState {
  /** In the order of the state. */
  readonly tasks: readonly NamedTask[];
  readonly cluster: NamedCluster;
  /** Objects that could not be understood, and are left out. */
  readonly skipped: number;
}

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
 * @param json parsed
 * @throws ZodError: it is no master's state
 */
export const readState = (json: unknown, { lookup, awareness, masters }: StateOptions): ReadState => {
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
    tasks: namedTasks(facts, addresses, awareness),
    cluster: {
      frameworks: facts.frameworks.map(ofFramework),
      agents: facts.agents.map(ofAgent),
      masters,
      ...(facts.leader !== undefined && { leader: facts.leader }),
    },
    skipped: facts.skipped,
  };
};
