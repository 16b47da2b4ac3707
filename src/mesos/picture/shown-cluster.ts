import type { NamedCluster } from '../../dns/named-task.ts';
import { equal } from '../../kit/equal.ts';
import type { AgentFact, FrameworkFact } from '../facts/facts.ts';

const EMPTY: NamedCluster = { frameworks: [], agents: [], masters: [] };

const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);

/** What the cluster is made of. */
export interface ClusterFacts {
  /** All that are known: none of an earlier life takes their place. */
  readonly names: ReadonlySet<string>;
  /** Those that have records of their own. */
  readonly frameworks: readonly FrameworkFact[];
  readonly agents: ReadonlyMap<string, AgentFact>;
  /** Of an agent's or a scheduler's host, as far as they are known now. */
  readonly addressesOf: (host: string) => readonly string[];
}

/** What the zone is told of masters, agents and frameworks. */
export class ShownCluster {
  /** Of an earlier life, where no fact takes its place yet. */
  #restored: NamedCluster;
  #shown: NamedCluster;
  #masters: readonly string[];
  #leader: string | undefined;

  constructor(restored: NamedCluster = EMPTY) {
    this.#restored = restored;
    this.#shown = restored;
    this.#masters = restored.masters;
    this.#leader = restored.leader;
  }

  get now(): NamedCluster {
    return this.#shown;
  }

  /** @param masters in a stable order @param leader undefined: the last one stays @returns whether anything is other than before */
  noteMasters(masters: readonly string[], leader: string | undefined): boolean {
    if (leader === undefined && equal(masters, this.#masters)) return false;
    this.#masters = masters;
    this.#leader = leader ?? this.#leader;
    return true;
  }

  /** An agent is gone, whatever was known of it in an earlier life. */
  removeAgent(id: string): void {
    this.#restored = { ...this.#restored, agents: this.#restored.agents.filter((agent) => agent.id !== id) };
  }

  /** What is not known by now is gone. */
  dropRestored(): void {
    this.#restored = EMPTY;
  }

  /** Works it out anew. Undefined: it is as it was. */
  refresh(facts: ClusterFacts): NamedCluster | undefined {
    const cluster = this.#clusterOf(facts);
    if (equal(cluster, this.#shown)) return undefined;
    this.#shown = cluster;
    return cluster;
  }

  #clusterOf({ names, frameworks, agents, addressesOf }: ClusterFacts): NamedCluster {
    return {
      frameworks: [
        ...this.#restored.frameworks.filter(({ name }) => !names.has(name)),
        ...frameworks.toSorted(byId).map(({ name, hostname, pid }) => ({
          name,
          addresses: addressesOf(pid?.host ?? hostname),
          ...(pid === undefined ? {} : { port: pid.port }),
        })),
      ],
      agents: [
        ...this.#restored.agents.filter(({ id }) => !agents.has(id)),
        ...[...agents.values()].sort(byId).map(({ id, pid: { host, port } }) => ({ id, addresses: addressesOf(host), port })),
      ],
      ...(this.#leader === undefined ? {} : { leader: this.#leader }),
      masters: this.#masters,
    };
  }
}
