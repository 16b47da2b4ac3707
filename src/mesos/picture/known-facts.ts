import { equal } from '../../kit/equal.ts';
import type { AgentFact, FrameworkFact, TaskFact } from '../facts/facts.ts';
import { IndexedTasks } from './indexed-tasks.ts';
import { KnownFrameworks } from './known-frameworks.ts';

/** Tasks, agents and frameworks as they were told of last, and for which tasks and whether for the cluster that means something new. */
export class KnownFacts {
  readonly #tasks = new IndexedTasks();
  readonly #agents = new Map<string, AgentFact>();
  readonly frameworks: KnownFrameworks;
  /** What the present master has not confirmed. */
  readonly #missing = { tasks: new Set<string>(), agents: new Set<string>() };
  /** Facts whose task may be another one now. */
  readonly #dirty = new Set<string>();
  #isClusterDue = false;

  /** @param graceMs a framework whose scheduler is away keeps its own records for so long */
  constructor(graceMs: number) {
    this.frameworks = new KnownFrameworks(graceMs);
  }

  get agents(): ReadonlyMap<string, AgentFact> {
    return this.#agents;
  }

  get taskCount(): number {
    return this.#tasks.size;
  }

  /** Tasks that the present master has not confirmed. */
  get missingTasks(): number {
    return this.#missing.tasks.size;
  }

  task(key: string): TaskFact | undefined {
    return this.#tasks.get(key);
  }

  taskKeys(): Iterable<string> {
    return this.#tasks.keys();
  }

  /** @returns whether it was missing, and is back */
  putTask(key: string, task: TaskFact): boolean {
    const isBack = this.#missing.tasks.delete(key);
    if (equal(this.#tasks.get(key), task)) return isBack;
    this.#tasks.put(key, task);
    this.#dirty.add(key);
    return isBack;
  }

  /** @returns whether it was missing */
  removeTask(key: string): boolean {
    const wasMissing = this.#missing.tasks.delete(key);
    if (this.#tasks.remove(key)) this.#dirty.add(key);
    return wasMissing;
  }

  putAgent(agent: AgentFact): void {
    this.#missing.agents.delete(agent.id);
    if (equal(this.#agents.get(agent.id), agent)) return;
    this.#agents.set(agent.id, agent);
    this.agentChanged(agent.id);
  }

  removeAgent(id: string): void {
    this.#missing.agents.delete(id);
    this.#agents.delete(id);
    this.agentChanged(id);
  }

  /** All that a master has: what it has not is missing. @param newer ids of what was told of since the master was asked */
  takeAgents(agents: readonly AgentFact[], newer: ReadonlySet<string>): void {
    const there = new Set(agents.map(({ id }) => id));
    for (const id of this.#agents.keys()) if (!there.has(id) && !newer.has(id)) this.#missing.agents.add(id);
    for (const agent of agents) if (!newer.has(agent.id)) this.putAgent(agent);
  }

  /**
   * All that a master has.
   * @param newer ids of what was told of since the master was asked
   * @param isSettling what it has not is kept for a while, for it may not have heard of it yet
   */
  takeFrameworks(told: readonly FrameworkFact[], newer: ReadonlySet<string>, isSettling: boolean, nowMs: number): void {
    const there = new Set(told.map(({ id }) => id));
    for (const id of this.frameworks.ids().filter((it) => !there.has(it) && !newer.has(it))) {
      if (isSettling) this.frameworks.miss(id, nowMs);
      else this.frameworks.remove(id);
      this.frameworkChanged(id);
    }
    for (const framework of told.filter(({ id }) => !newer.has(id))) {
      const before = this.frameworks.get(framework.id);
      this.frameworks.put(framework, nowMs);
      if (before?.name !== framework.name) this.frameworkChanged(framework.id);
    }
    this.#isClusterDue = true;
  }

  /** Its tasks end with it. */
  removeFramework(id: string): void {
    for (const key of [...this.#tasks.ofFramework(id)]) this.removeTask(key);
    this.frameworks.remove(id);
    this.#isClusterDue = true;
  }

  /** The present master does not have it, and may not have heard of it yet. */
  missTask(key: string): void {
    this.#missing.tasks.add(key);
  }

  /** What is missing is gone. */
  removeMissing(): void {
    for (const key of [...this.#missing.tasks]) this.removeTask(key);
    for (const id of [...this.#missing.agents]) this.removeAgent(id);
    this.#isClusterDue = true;
  }

  clusterChanged(): void {
    this.#isClusterDue = true;
  }

  agentChanged(id: string): void {
    this.#isClusterDue = true;
    for (const key of this.#tasks.onAgent(id)) this.#dirty.add(key);
  }

  frameworkChanged(id: string): void {
    this.#isClusterDue = true;
    for (const key of this.#tasks.ofFramework(id)) this.#dirty.add(key);
  }

  allTasksChanged(): void {
    for (const key of this.#tasks.keys()) this.#dirty.add(key);
  }

  /** Keys of facts whose task may be another one than when this was asked last. */
  takeDirty(): readonly string[] {
    const keys = [...this.#dirty];
    this.#dirty.clear();
    return keys;
  }

  takeClusterDue(): boolean {
    const isDue = this.#isClusterDue;
    this.#isClusterDue = false;
    return isDue;
  }
}
