import type { NamedCluster, NamedTask } from '../dns/named-task.ts';
import { equal } from '../kit/equal.ts';

interface Agent {
  tasks: number;
  addresses: readonly string[];
}

/** The agents with tasks, counted: Marathon knows of no others. */
export class Agents {
  readonly #agents = new Map<string, Agent>();

  /** @returns whether agents or addresses are others than before */
  add({ agentId, agentAddresses: addresses }: NamedTask): boolean {
    if (agentId === '') return false;
    const agent = this.#agents.get(agentId);
    if (agent === undefined) {
      this.#agents.set(agentId, { tasks: 1, addresses });
      return true;
    }
    agent.tasks += 1;
    const isNew = !equal(agent.addresses, addresses);
    agent.addresses = addresses;
    return isNew;
  }

  /** @returns whether it was the agent's last */
  remove({ agentId }: NamedTask): boolean {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return false;
    agent.tasks -= 1;
    return agent.tasks === 0 && this.#agents.delete(agentId);
  }

  get all(): NamedCluster['agents'] {
    return [...this.#agents].map(([id, { addresses }]) => ({ id, addresses }));
  }
}
