import { randomUUID } from 'node:crypto';
import type { Agent } from '../agents.ts';
import type { World } from '../world.ts';
import { frameworkEvent, type MesosFramework } from './framework.ts';
import { marathonTasks } from './marathon-tasks.ts';
import { isOver, type Json, type MesosTask, operatorTask, taskUpdated } from './task.ts';

/** One run of a master that leads. */
interface Term {
  readonly id: string;
  readonly electedSeconds: number;
}

const newTerm = (): Term => ({ id: randomUUID(), electedSeconds: Date.now() / 1000 });

const AGENT_PORT = 5051;

export const agentPid = ({ host }: Agent): string => `slave(1)@${host}:${AGENT_PORT}`;

/** What the masters of Mesos know: of agents, of Marathon's tasks, and of other frameworks with theirs. */
export class MesosCluster {
  readonly #world: World;
  readonly #frameworks = new Map<string, MesosFramework>();
  readonly #others = new Map<string, MesosTask>();
  /** Agents that the leading master has heard of. */
  readonly #registered = new Set<Agent>();
  /** What was told last of each task. */
  readonly #told = new Map<string, MesosTask>();
  readonly #listeners = new Set<(event: Json) => void>();
  #term = newTerm();
  #nextFramework = 0;

  constructor(world: World, marathon: Omit<MesosFramework, 'id' | 'active'>) {
    this.#world = world;
    for (const agent of world.agents) this.#registered.add(agent);
    this.addFramework(marathon);
    world.bus.subscribe(() => this.look());
  }

  get term(): Term {
    return this.#term;
  }

  get frameworks(): readonly MesosFramework[] {
    return [...this.#frameworks.values()];
  }

  get agents(): readonly Agent[] {
    return [...this.#registered].filter(({ state }) => state !== 'gone');
  }

  get recoveredAgents(): readonly Agent[] {
    return this.#world.agents.filter((agent) => agent.state !== 'gone' && !this.#registered.has(agent));
  }

  /** Those on agents that have told of them. */
  tasks(): readonly MesosTask[] {
    const agents = new Set(this.agents.map(({ id }) => id));
    const all = [...marathonTasks(this.#world, this.#marathonId()), ...this.#others.values()];
    return all.filter(({ agentId, state }) => agents.has(agentId) && !isOver(state));
  }

  /** @returns unsubscribes */
  subscribe(listener: (event: Json) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells what is other than it was told. */
  look(): void {
    if (this.#listeners.size === 0) return;
    const nowSeconds = Date.now() / 1000;
    const there = new Map(this.tasks().map((task) => [task.id, task]));
    for (const task of there.values()) this.#tellTask(task, nowSeconds);
    for (const task of [...this.#told.values()]) {
      if (there.has(task.id)) continue;
      this.#told.delete(task.id);
      this.#tell(taskUpdated({ ...task, state: this.#lastState(task) }, nowSeconds));
    }
  }

  /** A stream has begun with all that there is now. */
  noteTold(): void {
    for (const task of this.tasks()) this.#told.set(task.id, task);
  }

  addFramework(it: Omit<MesosFramework, 'id' | 'active'>): MesosFramework {
    const framework = { ...it, id: `${this.#term.id}-${String(this.#nextFramework++).padStart(4, '0')}`, active: true };
    this.#frameworks.set(framework.id, framework);
    this.#tell(frameworkEvent('ADDED', framework));
    return framework;
  }

  setFramework(name: string, change: Partial<Omit<MesosFramework, 'id'>>): void {
    const framework = { ...this.framework(name), ...change };
    this.#frameworks.set(framework.id, framework);
    this.#tell(frameworkEvent('UPDATED', framework));
  }

  /** With its tasks. */
  removeFramework(name: string): void {
    const framework = this.framework(name);
    for (const task of [...this.#others.values()]) {
      if (task.frameworkId !== framework.id) continue;
      this.#others.delete(task.id);
      this.#told.delete(task.id);
    }
    this.#frameworks.delete(framework.id);
    this.#tell(frameworkEvent('REMOVED', framework));
  }

  /** A task of another framework than Marathon, or a change of one. */
  putTask(task: MesosTask): void {
    this.#others.set(task.id, task);
    this.look();
  }

  /** @throws when there is no such task of another framework */
  task(id: string): MesosTask {
    const task = this.#others.get(id);
    if (task === undefined) throw new Error(`no framework but Marathon has a task ${id}`);
    return task;
  }

  /** @throws when there is no such framework */
  framework(name: string): MesosFramework {
    const found = this.frameworks.find((it) => it.name === name);
    if (found === undefined) throw new Error(`there is no framework ${name}`);
    return found;
  }

  /** Another master has taken over: it knows of agents no more than their names. */
  newTerm(): void {
    this.#term = newTerm();
    this.#registered.clear();
    this.#told.clear();
  }

  /** It registers with the master that leads now, and tells of its tasks. */
  register(agent: Agent): void {
    this.#registered.add(agent);
    this.#tell({ type: 'AGENT_ADDED', agent_added: { agent: operatorAgent(agent) } });
    this.look();
  }

  /** The master has given it up. */
  unregister(agent: Agent): void {
    this.#registered.delete(agent);
    this.#tell({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: agent.id } } });
  }

  #tellTask(task: MesosTask, nowSeconds: number): void {
    const told = this.#told.get(task.id);
    this.#told.set(task.id, task);
    if (told === undefined) {
      this.#tell({ type: 'TASK_ADDED', task_added: { task: operatorTask({ ...task, state: 'TASK_STAGING' }, nowSeconds, 'bare') } });
      if (task.state === 'TASK_STAGING') return;
    } else if (JSON.stringify(told) === JSON.stringify(task)) return;
    this.#tell(taskUpdated(task, nowSeconds));
  }

  /** Of one that is no longer there. */
  #lastState(task: MesosTask): string {
    const ended = [...marathonTasks(this.#world, this.#marathonId()), ...this.#others.values()].find(({ id }) => id === task.id)?.state;
    return ended !== undefined && isOver(ended) ? ended : 'TASK_KILLED';
  }

  #marathonId(): string {
    return this.#frameworks.keys().next().value ?? '';
  }

  #tell(event: Json): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

export const operatorAgent = (agent: Agent): Json => ({
  agent_info: { id: { value: agent.id }, hostname: agent.host, port: AGENT_PORT, resources: [], attributes: [] },
  active: agent.state === 'active',
  version: '1.9.0',
  pid: agentPid(agent),
});
