import type { NamedCluster, NamedTask } from '../../dns/named-task.ts';
import { never } from '../../kit/never.ts';
import type { MasterIdentity, TaskFact, WholeFacts } from '../facts/facts.ts';
import { keyOf, toNamedTask } from '../facts/named.ts';
import { isOver, type OperatorEvent } from '../facts/operator-events.ts';
import { withStatus } from '../facts/statuses.ts';
import type { MesosChange } from './change.ts';
import { factKey } from './indexed-tasks.ts';
import { KnownFacts } from './known-facts.ts';
import { type Meanwhile, nothingMeanwhile } from './meanwhile.ts';
import type { PictureCounts, PictureOptions } from './options.ts';
import { PresentMaster } from './present-master.ts';
import { Published } from './published.ts';
import { ShownCluster } from './shown-cluster.ts';

/** What is kept over a restart. */
export interface SavedPicture {
  readonly tasks: readonly NamedTask[];
  readonly cluster: NamedCluster;
  /** Of the master that it was all of; absent: not known, or it had not settled. */
  readonly identity?: MasterIdentity;
}

/** What is known of Mesos, from reads and from events, and what of it the zone has to be told. It asks nobody; times are of a clock that nobody sets. */
export class MesosPicture {
  readonly #options: PictureOptions;
  readonly #known: KnownFacts;
  readonly #master: PresentMaster;
  readonly #published: Published;
  readonly #cluster: ShownCluster;
  /** Undefined: no read is under way. */
  #meanwhile: Meanwhile | undefined;
  #skipped = 0;

  constructor(options: PictureOptions, saved?: SavedPicture) {
    this.#options = options;
    this.#known = new KnownFacts(options.frameworkGraceMs);
    this.#master = new PresentMaster(options.settling, saved?.identity);
    const isWanted = ({ framework }: NamedTask): boolean => !options.skipFramework({ id: '', name: framework });
    this.#published = new Published((saved?.tasks ?? []).filter(isWanted));
    this.#cluster = new ShownCluster(saved?.cluster);
  }

  get isSettling(): boolean {
    return this.#master.isSettling;
  }

  get counts(): PictureCounts {
    return {
      tasks: this.#known.taskCount,
      served: this.#published.size,
      frameworks: this.#known.frameworks.ids().length,
      agents: this.#known.agents.size,
      awaitedAgents: this.#master.awaitedAgents,
      unconfirmed: this.#known.missingTasks + this.#published.restored,
      skipped: this.#skipped,
    };
  }

  /** All that the zone was told, or is about to be. */
  whole(): SavedPicture {
    const identity = this.#master.settledIdentity;
    return { tasks: this.#published.tasks(), cluster: this.#cluster.now, ...(identity === undefined ? {} : { identity }) };
  }

  /** Whoever reads the whole says so before: events that come until it has it are newer. */
  beginRead(): void {
    this.#meanwhile = nothingMeanwhile();
  }

  /** All that a master has; where it is not the one that was known before, or is not said to be, nothing is missing yet. */
  takeWhole(facts: WholeFacts, nowMs: number): void {
    const meanwhile = this.#meanwhile ?? nothingMeanwhile();
    this.#meanwhile = undefined;
    this.#master.judge(facts, nowMs);
    this.#skipped = facts.skipped;
    this.#known.takeAgents(facts.agents, meanwhile.agents);
    this.#known.takeFrameworks(facts.frameworks, meanwhile.frameworks, this.#master.isSettling, nowMs);
    this.#takeTasks(facts, meanwhile, nowMs);
    if (!this.#master.isSettling) this.#dropMissing();
  }

  takeEvent(event: OperatorEvent, nowMs: number): void {
    switch (event.kind) {
      case 'subscribed':
        // It is newer than whatever was told before.
        this.#meanwhile = undefined;
        this.takeWhole(event.facts, nowMs);
        break;
      case 'task-added':
        this.#toldTask(event.task, nowMs);
        break;
      case 'task-updated':
        this.#toldStatus(event, nowMs);
        break;
      case 'agent-added':
        this.#toldAgent(event.agent.id, nowMs);
        this.#known.putAgent(event.agent);
        break;
      case 'agent-removed':
        this.#toldAgent(event.agentId, nowMs);
        this.#removeAgent(event.agentId);
        break;
      case 'framework':
        this.#meanwhile?.frameworks.add(event.framework.id);
        this.#known.frameworks.put(event.framework, nowMs);
        this.#known.frameworkChanged(event.framework.id);
        break;
      case 'framework-removed':
        this.#meanwhile?.frameworks.add(event.frameworkId);
        this.#known.removeFramework(event.frameworkId);
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
    if (this.#cluster.noteMasters(masters, leader)) this.#known.clusterChanged();
  }

  /** Its addresses are known now, or others than before. */
  noteHost(host: string): void {
    this.#known.clusterChanged();
    for (const { id, pid } of this.#known.agents.values()) if (pid.host === host) this.#known.agentChanged(id);
  }

  /** Which frameworks are left out may be others than before. */
  reconsider(): void {
    this.#known.allTasksChanged();
    for (const { key, framework } of this.#published.tasks())
      if (this.#options.skipFramework({ id: '', name: framework })) this.#published.dropRestored(key);
  }

  /** Names and addresses of agents and schedulers. */
  hosts(): ReadonlySet<string> {
    const agents = Array.from(this.#known.agents.values(), ({ pid }) => pid.host);
    return new Set([...agents, ...Array.from(this.#known.frameworks.all(), ({ pid, hostname }) => pid?.host ?? hostname)]);
  }

  /** What is to be told to the zone; undefined: nothing. */
  changes(nowMs: number): MesosChange | undefined {
    if (this.#master.settles(nowMs)) this.#dropMissing();
    // While tasks are waited for their frameworks have to be known, though these were away before.
    if (!this.#master.isSettling) for (const id of this.#known.frameworks.prune(nowMs)) this.#known.frameworkChanged(id);
    for (const key of this.#known.takeDirty()) this.#publish(key);
    const cluster = this.#clusterChange(nowMs);
    const change = { ...this.#published.take(), ...(cluster === undefined ? {} : { cluster }) };
    return Object.keys(change).length === 0 ? undefined : change;
  }

  /** When `changes` may say more though nothing was heard; Infinity: never. */
  nextAtMs(nowMs: number): number {
    return Math.min(this.#master.settledAtMs, this.#known.frameworks.nextAtMs(nowMs));
  }

  #takeTasks({ tasks }: WholeFacts, meanwhile: Meanwhile, nowMs: number): void {
    const there = new Set<string>();
    for (const task of tasks) {
      const key = factKey(task.frameworkId, task.id);
      there.add(key);
      if (!meanwhile.tasks.has(key)) this.#putTask(key, task, nowMs);
    }
    for (const key of this.#known.taskKeys()) if (!there.has(key) && !meanwhile.tasks.has(key)) this.#known.missTask(key);
  }

  #toldTask(task: TaskFact, nowMs: number): void {
    const key = factKey(task.frameworkId, task.id);
    this.#meanwhile?.tasks.add(key);
    this.#putTask(key, task, nowMs);
  }

  /** Of a task that was never told of there is no name: the next whole read has it. */
  #toldStatus({ frameworkId, taskId, state, status }: OperatorEvent & { kind: 'task-updated' }, nowMs: number): void {
    const key = factKey(frameworkId, taskId);
    const known = this.#known.task(key);
    this.#meanwhile?.tasks.add(key);
    if (isOver(state)) this.#over(key, frameworkId, taskId);
    else if (known !== undefined) this.#putTask(key, { ...withStatus(known, status), state }, nowMs);
  }

  #toldAgent(id: string, nowMs: number): void {
    this.#meanwhile?.agents.add(id);
    this.#master.noteAgent(id, nowMs);
  }

  #putTask(key: string, task: TaskFact, nowMs: number): void {
    const isBack = isOver(task.state) ? this.#over(key, task.frameworkId, task.id) : this.#known.putTask(key, task);
    if (isBack) this.#master.noteReturn(nowMs);
  }

  /** @returns whether it was missing */
  #over(key: string, frameworkId: string, taskId: string): boolean {
    const wasMissing = this.#known.removeTask(key);
    const name = this.#known.frameworks.get(frameworkId)?.name;
    if (name !== undefined) this.#published.dropRestored(keyOf(name, taskId));
    return wasMissing;
  }

  #removeAgent(id: string): void {
    this.#cluster.removeAgent(id);
    this.#known.removeAgent(id);
  }

  #dropMissing(): void {
    this.#known.removeMissing();
    this.#published.dropAllRestored();
    this.#cluster.dropRestored();
  }

  #publish(key: string): void {
    const task = this.#known.task(key);
    const framework = task === undefined ? undefined : this.#known.frameworks.get(task.frameworkId);
    const agent = task === undefined ? undefined : this.#known.agents.get(task.agentId);
    if (task === undefined || framework === undefined || agent === undefined || this.#options.skipFramework(framework)) {
      this.#published.set(key, undefined);
      return;
    }
    const named = toNamedTask(task, framework, this.#options.addressesOf(agent.pid.host), this.#options.awareness);
    this.#published.set(key, named);
    if (named === undefined) this.#published.dropRestored(keyOf(framework.name, task.id));
  }

  /** Undefined: it is as it was. */
  #clusterChange(nowMs: number): NamedCluster | undefined {
    const { frameworks, agents } = this.#known;
    if (!this.#known.takeClusterDue() && frameworks.nextAtMs(-Infinity) > nowMs) return undefined;
    const names = new Set(Array.from(frameworks.all(), ({ name }) => name));
    return this.#cluster.refresh({ names, frameworks: frameworks.shown(nowMs), agents, addressesOf: this.#options.addressesOf });
  }
}
