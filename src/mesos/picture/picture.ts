import type { NamedCluster, NamedTask } from '../../dns/named-task.ts';
import { equal } from '../../kit/equal.ts';
import { isSameMaster, type AgentFact, type MasterIdentity, type TaskFact, type WholeFacts } from '../facts/facts.ts';
import { keyOf, toNamedTask, type HealthAwareness } from '../facts/named.ts';
import { isOver, type OperatorEvent } from '../facts/operator-events.ts';
import { withStatus } from '../facts/statuses.ts';
import { never } from '../../kit/never.ts';
import type { MesosChange } from './change.ts';
import { factKey, IndexedTasks } from './indexed-tasks.ts';
import { KnownFrameworks } from './known-frameworks.ts';
import { Published } from './published.ts';
import { Settling, type SettlingLimits } from './settling.ts';

/** What is kept over a restart. */
export interface SavedPicture {
  readonly tasks: readonly NamedTask[];
  readonly cluster: NamedCluster;
  /** Of the master that it was all of; absent: not known, or it had not settled. */
  readonly identity?: MasterIdentity;
}

export interface PictureOptions {
  readonly awareness: HealthAwareness;
  /** Tasks of such a framework come from elsewhere; its own records do not. */
  readonly skipFramework: (framework: { readonly id: string; readonly name: string }) => boolean;
  /** Of an agent's or a scheduler's host, as far as they are known now. */
  readonly addressesOf: (host: string) => readonly string[];
  readonly settling: SettlingLimits;
  /** A framework whose scheduler is away keeps its own records for so long. */
  readonly frameworkGraceMs: number;
}

/** What was told of while a read was under way: the read may not know it yet. */
export interface Meanwhile {
  readonly tasks: Set<string>;
  readonly agents: Set<string>;
  readonly frameworks: Set<string>;
}

const EMPTY: NamedCluster = { frameworks: [], agents: [], masters: [] };

const byId = (one: { readonly id: string }, other: { readonly id: string }): number => (one.id < other.id ? -1 : 1);

/** What is known of Mesos, from reads and from events, and what of it the zone has to be told. It asks nobody; times are of a clock that nobody sets. */
export class MesosPicture {
  readonly #options: PictureOptions;
  readonly #tasks = new IndexedTasks();
  readonly #agents = new Map<string, AgentFact>();
  readonly #frameworks: KnownFrameworks;
  readonly #published: Published;
  /** Facts whose task may be another one now. */
  readonly #dirty = new Set<string>();
  /** What the present master has not confirmed. */
  readonly #missing = { tasks: new Set<string>(), agents: new Set<string>() };
  /** Of an earlier life, where no fact takes its place yet. */
  #restored: NamedCluster;
  #cluster: NamedCluster;
  #isClusterDue = false;
  #masters: readonly string[] = [];
  #leader: string | undefined;
  #settling: Settling | undefined;
  /** The master that the facts are of; and the last one of which they all were. */
  #identity: MasterIdentity | undefined;
  #settledIdentity: MasterIdentity | undefined;
  #meanwhile: Meanwhile | undefined;
  #skipped = 0;

  constructor(options: PictureOptions, saved?: SavedPicture) {
    this.#options = options;
    this.#frameworks = new KnownFrameworks(options.frameworkGraceMs);
    const isWanted = ({ framework }: NamedTask): boolean => !options.skipFramework({ id: '', name: framework });
    this.#published = new Published((saved?.tasks ?? []).filter(isWanted));
    this.#restored = saved?.cluster ?? EMPTY;
    this.#cluster = this.#restored;
    this.#masters = this.#restored.masters;
    this.#leader = this.#restored.leader;
    this.#settledIdentity = saved?.identity;
  }

  get isSettling(): boolean {
    return this.#settling !== undefined;
  }

  get counts(): {
    tasks: number;
    served: number;
    frameworks: number;
    agents: number;
    awaitedAgents: number;
    unconfirmed: number;
    skipped: number;
  } {
    return {
      tasks: this.#tasks.size,
      served: this.#published.size,
      frameworks: this.#frameworks.ids().length,
      agents: this.#agents.size,
      awaitedAgents: this.#settling?.awaited ?? 0,
      unconfirmed: this.#missing.tasks.size + this.#published.restored,
      skipped: this.#skipped,
    };
  }

  /** All that the zone was told, or is about to be. */
  whole(): SavedPicture {
    const identity = this.#settledIdentity;
    return { tasks: this.#published.tasks(), cluster: this.#cluster, ...(identity === undefined ? {} : { identity }) };
  }

  /** Whoever reads the whole says so before: events that come until it has it are newer. */
  beginRead(): void {
    this.#meanwhile = { tasks: new Set(), agents: new Set(), frameworks: new Set() };
  }

  /** All that a master has; where it is not the one that was known before, or is not said to be, nothing is missing yet. */
  takeWhole(facts: WholeFacts, nowMs: number): void {
    const meanwhile = this.#meanwhile ?? { tasks: new Set(), agents: new Set(), frameworks: new Set() };
    this.#meanwhile = undefined;
    this.#judge(facts, nowMs);
    this.#skipped = facts.skipped;
    this.#takeAgents(facts, meanwhile);
    this.#takeFrameworks(facts, meanwhile, nowMs);
    this.#takeTasks(facts, meanwhile, nowMs);
    if (this.#settling === undefined) this.#dropMissing();
  }

  takeEvent(event: OperatorEvent, nowMs: number): void {
    switch (event.kind) {
      case 'subscribed':
        // It is newer than whatever was told before.
        this.#meanwhile = undefined;
        this.takeWhole(event.facts, nowMs);
        break;
      case 'task-added':
        this.#toldTask(factKey(event.task.frameworkId, event.task.id), event.task, nowMs);
        break;
      case 'task-updated':
        this.#toldStatus(event, nowMs);
        break;
      case 'agent-added':
        this.#toldAgent(event.agent.id, nowMs);
        this.#putAgent(event.agent);
        break;
      case 'agent-removed':
        this.#toldAgent(event.agentId, nowMs);
        this.#removeAgent(event.agentId);
        break;
      case 'framework':
        this.#meanwhile?.frameworks.add(event.framework.id);
        this.#frameworks.put(event.framework, nowMs);
        this.#frameworkChanged(event.framework.id);
        break;
      case 'framework-removed':
        this.#removeFramework(event.frameworkId);
        break;
      case 'heartbeat':
      case 'other':
      case 'bad':
        break;
      default:
        never(event);
    }
  }

  /** In a stable order; without a leader the last one stays. */
  noteMasters(masters: readonly string[], leader: string | undefined): void {
    if (leader === undefined && equal(masters, this.#masters)) return;
    this.#masters = masters;
    this.#leader = leader ?? this.#leader;
    this.#isClusterDue = true;
  }

  /** Its addresses are known now, or others than before. */
  noteHost(host: string): void {
    this.#isClusterDue = true;
    for (const { id, pid } of this.#agents.values()) if (pid.host === host) this.#agentChanged(id);
  }

  /** Which frameworks are left out may be others than before. */
  reconsider(): void {
    for (const key of this.#tasks.keys()) this.#dirty.add(key);
    for (const { key, framework } of this.#published.tasks())
      if (this.#options.skipFramework({ id: '', name: framework })) this.#published.dropRestored(key);
  }

  /** Names and addresses of agents and schedulers. */
  hosts(): ReadonlySet<string> {
    const agents = Array.from(this.#agents.values(), ({ pid }) => pid.host);
    return new Set([...agents, ...Array.from(this.#frameworks.all(), ({ pid, hostname }) => pid?.host ?? hostname)]);
  }

  /** What is to be told to the zone; undefined: nothing. */
  changes(nowMs: number): MesosChange | undefined {
    if (this.#settling !== undefined && nowMs >= this.#settling.endsAtMs) this.#settle();
    // While tasks are waited for their frameworks have to be known, though these were away before.
    if (this.#settling === undefined) for (const id of this.#frameworks.prune(nowMs)) this.#frameworkChanged(id);
    for (const key of this.#dirty) this.#publish(key);
    this.#dirty.clear();
    const cluster = this.#clusterNow(nowMs);
    const hasOther = !equal(cluster, this.#cluster);
    this.#cluster = cluster;
    const change = { ...this.#published.take(), ...(hasOther ? { cluster } : {}) };
    return Object.keys(change).length === 0 ? undefined : change;
  }

  /** When `changes` may say more though nothing was heard; Infinity: never. */
  nextAtMs(nowMs: number): number {
    return Math.min(this.#settling?.endsAtMs ?? Infinity, this.#frameworks.nextAtMs(nowMs));
  }

  /** Whether what is missing now is gone. */
  #judge({ identity, recoveredAgents }: WholeFacts, nowMs: number): void {
    if (isSameMaster(identity, this.#settledIdentity)) {
      this.#identity = identity;
      this.#settling = undefined;
    } else if (
      this.#settling === undefined ||
      (identity !== undefined && this.#identity !== undefined && !isSameMaster(identity, this.#identity))
    ) {
      this.#identity = identity;
      this.#settling = new Settling(this.#options.settling, recoveredAgents, nowMs);
    } else {
      this.#identity = identity ?? this.#identity;
      this.#settling.await(recoveredAgents, nowMs);
    }
  }

  #takeAgents({ agents }: WholeFacts, meanwhile: Meanwhile): void {
    const there = new Set(agents.map(({ id }) => id));
    for (const id of this.#agents.keys()) if (!there.has(id) && !meanwhile.agents.has(id)) this.#missing.agents.add(id);
    for (const agent of agents) if (!meanwhile.agents.has(agent.id)) this.#putAgent(agent);
  }

  #takeFrameworks({ frameworks }: WholeFacts, meanwhile: Meanwhile, nowMs: number): void {
    const there = new Set(frameworks.map(({ id }) => id));
    const isGone = (id: string): boolean => !there.has(id) && !meanwhile.frameworks.has(id);
    for (const id of this.#frameworks.ids().filter(isGone)) {
      if (this.#settling === undefined) this.#frameworks.remove(id);
      else this.#frameworks.miss(id, nowMs);
      this.#frameworkChanged(id);
    }
    for (const framework of frameworks.filter(({ id }) => !meanwhile.frameworks.has(id))) {
      const before = this.#frameworks.get(framework.id);
      this.#frameworks.put(framework, nowMs);
      if (before?.name !== framework.name) this.#frameworkChanged(framework.id);
    }
    this.#isClusterDue = true;
  }

  #takeTasks({ tasks }: WholeFacts, meanwhile: Meanwhile, nowMs: number): void {
    const there = new Set<string>();
    for (const task of tasks) {
      const key = factKey(task.frameworkId, task.id);
      there.add(key);
      if (!meanwhile.tasks.has(key)) this.#putTask(key, task, nowMs);
    }
    for (const key of this.#tasks.keys()) if (!there.has(key) && !meanwhile.tasks.has(key)) this.#missing.tasks.add(key);
  }

  #toldAgent(id: string, nowMs: number): void {
    this.#meanwhile?.agents.add(id);
    this.#settling?.noteAgent(id, nowMs);
  }

  #removeFramework(id: string): void {
    this.#meanwhile?.frameworks.add(id);
    for (const key of [...this.#tasks.ofFramework(id)]) this.#removeTask(key);
    this.#frameworks.remove(id);
    this.#isClusterDue = true;
  }

  #toldTask(key: string, task: TaskFact, nowMs: number): void {
    this.#meanwhile?.tasks.add(key);
    this.#putTask(key, task, nowMs);
  }

  /** Of a task that was never told of there is no name: the next whole read has it. */
  #toldStatus({ frameworkId, taskId, state, status }: OperatorEvent & { kind: 'task-updated' }, nowMs: number): void {
    const key = factKey(frameworkId, taskId);
    const known = this.#tasks.get(key);
    this.#meanwhile?.tasks.add(key);
    if (isOver(state)) this.#over(key, frameworkId, taskId);
    else if (known !== undefined) this.#putTask(key, { ...withStatus(known, status), state }, nowMs);
  }

  #over(key: string, frameworkId: string, taskId: string): void {
    this.#removeTask(key);
    const name = this.#frameworks.get(frameworkId)?.name;
    if (name !== undefined) this.#published.dropRestored(keyOf(name, taskId));
  }

  #putTask(key: string, task: TaskFact, nowMs: number): void {
    if (this.#missing.tasks.delete(key)) this.#settling?.noteReturn(nowMs);
    if (isOver(task.state)) {
      this.#over(key, task.frameworkId, task.id);
      return;
    }
    if (equal(this.#tasks.get(key), task)) return;
    this.#tasks.put(key, task);
    this.#dirty.add(key);
  }

  #removeTask(key: string): void {
    this.#missing.tasks.delete(key);
    if (this.#tasks.remove(key)) this.#dirty.add(key);
  }

  #putAgent(agent: AgentFact): void {
    this.#missing.agents.delete(agent.id);
    if (equal(this.#agents.get(agent.id), agent)) return;
    this.#agents.set(agent.id, agent);
    this.#agentChanged(agent.id);
  }

  #removeAgent(id: string): void {
    this.#missing.agents.delete(id);
    this.#restored = { ...this.#restored, agents: this.#restored.agents.filter((agent) => agent.id !== id) };
    this.#agents.delete(id);
    this.#agentChanged(id);
  }

  #agentChanged(id: string): void {
    this.#isClusterDue = true;
    for (const key of this.#tasks.onAgent(id)) this.#dirty.add(key);
  }

  #frameworkChanged(id: string): void {
    this.#isClusterDue = true;
    for (const key of this.#tasks.ofFramework(id)) this.#dirty.add(key);
  }

  /** All agents are back, or were waited for long enough. */
  #settle(): void {
    this.#settling = undefined;
    this.#settledIdentity = this.#identity;
    this.#dropMissing();
  }

  #dropMissing(): void {
    for (const key of [...this.#missing.tasks]) this.#removeTask(key);
    for (const id of [...this.#missing.agents]) this.#removeAgent(id);
    this.#published.dropAllRestored();
    this.#restored = EMPTY;
    this.#isClusterDue = true;
  }

  #publish(key: string): void {
    const task = this.#tasks.get(key);
    const framework = task === undefined ? undefined : this.#frameworks.get(task.frameworkId);
    const agent = task === undefined ? undefined : this.#agents.get(task.agentId);
    if (task === undefined || framework === undefined || agent === undefined || this.#options.skipFramework(framework)) {
      this.#published.set(key, undefined);
      return;
    }
    const named = toNamedTask(task, framework, this.#options.addressesOf(agent.pid.host), this.#options.awareness);
    this.#published.set(key, named);
    if (named === undefined) this.#published.dropRestored(keyOf(framework.name, task.id));
  }

  #clusterNow(nowMs: number): NamedCluster {
    if (!this.#isClusterDue && this.#frameworks.nextAtMs(-Infinity) > nowMs) return this.#cluster;
    this.#isClusterDue = false;
    const { addressesOf } = this.#options;
    const frameworks = this.#frameworks.shown(nowMs).toSorted(byId);
    const agents = [...this.#agents.values()].sort(byId);
    const names = new Set(Array.from(this.#frameworks.all(), ({ name }) => name));
    return {
      frameworks: [
        ...this.#restored.frameworks.filter(({ name }) => !names.has(name)),
        ...frameworks.map(({ name, hostname, pid }) => ({
          name,
          addresses: addressesOf(pid?.host ?? hostname),
          ...(pid === undefined ? {} : { port: pid.port }),
        })),
      ],
      agents: [
        ...this.#restored.agents.filter(({ id }) => !this.#agents.has(id)),
        ...agents.map(({ id, pid: { host, port } }) => ({ id, addresses: addressesOf(host), port })),
      ],
      ...(this.#leader === undefined ? {} : { leader: this.#leader }),
      masters: this.#masters,
    };
  }
}
