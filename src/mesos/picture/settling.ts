export interface SettlingLimits {
  /** Agents that the master knows from its predecessor are waited for so long; Mesos itself gives them up after as much. */
  readonly agentsMs: number;
  /** After the last of them, and after the last thing that came back. */
  readonly quietMs: number;
}

/**
 * After another master took over it knows nothing but names of agents: each comes back by itself, and brings its tasks. What was known before is not
 * gone because it is missing then, and a zone without it would be wrong for minutes (dcos-net waits in the same way).
 */
export class Settling {
  readonly #limits: SettlingLimits;
  readonly #beganMs: number;
  readonly #awaited: Set<string>;
  #lastMs: number;

  /** @param awaited ids of agents */
  constructor(limits: SettlingLimits, awaited: readonly string[], nowMs: number) {
    this.#limits = limits;
    this.#beganMs = nowMs;
    this.#lastMs = nowMs;
    this.#awaited = new Set(awaited);
  }

  /** How many agents are waited for. */
  get awaited(): number {
    return this.#awaited.size;
  }

  /** Those that are still waited for, as a whole read says. */
  await(agentIds: readonly string[], nowMs: number): void {
    const before = this.#awaited.size;
    this.#awaited.clear();
    for (const id of agentIds) this.#awaited.add(id);
    if (this.#awaited.size !== before) this.#lastMs = nowMs;
  }

  /** An agent is back, or will not come. */
  noteAgent(agentId: string, nowMs: number): void {
    if (this.#awaited.delete(agentId)) this.#lastMs = nowMs;
  }

  /** Something that was missing is back. */
  noteReturn(nowMs: number): void {
    this.#lastMs = nowMs;
  }

  /** When it is over unless something happens before. */
  get endsAtMs(): number {
    const { agentsMs, quietMs } = this.#limits;
    const latestMs = this.#beganMs + agentsMs;
    return this.#awaited.size > 0 ? latestMs + quietMs : Math.min(this.#lastMs, latestMs) + quietMs;
  }
}
