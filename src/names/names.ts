import type { NamedCluster, NamedTask } from '../dns/named-task.ts';
import { equal } from '../kit/equal.ts';
import type { AppEntry, Model } from '../model/model.ts';
import type { Task } from '../model/task.ts';
import { Agents } from './agents.ts';
import { namedTask, type NamesContext } from './named-tasks.ts';
import type { ZoneChange } from '../dns/zone-change.ts';

interface NamesOptions extends Pick<NamesContext, 'isHealthAware' | 'weightOf'> {
  readonly framework: string;
}

/** What was told of a task, and of which state of it. */
interface Told {
  readonly task: Task;
  readonly named: readonly NamedTask[];
}

interface ToldApp {
  readonly entry: AppEntry;
  /** By task id, as in the model. */
  readonly tasks: ReadonlyMap<string, Told>;
}

/** `entries`: apps whose entry is the same are the same. `all`: something besides the entry may be another, an address or a weight. */
type Look = 'entries' | 'all';

/** A change of the zone while it is made. */
interface Draft {
  readonly put: Map<string, NamedTask>;
  readonly drop: Set<string>;
  isOtherCluster: boolean;
}

const newDraft = (): Draft => ({ put: new Map(), drop: new Set(), isOtherCluster: false });

/**
 * The tasks of Marathon as DNS sees them. Keeps what it told of each app, and tells only what is really different; what an event costs is as much as the
 * apps that it is about.
 */
export class Names {
  readonly #options: NamesOptions;
  readonly #apps = new Map<string, ToldApp>();
  readonly #agents = new Agents();
  /** Agents that Marathon knows by name -> apps with tasks on them. */
  readonly #appsOn = new Map<string, Set<string>>();
  #framework: string;
  #addresses: readonly string[] = [];

  constructor(options: NamesOptions) {
    this.#options = options;
    this.#framework = options.framework;
  }

  get framework(): string {
    return this.#framework;
  }

  /** These apps may be others than they were, or gone. Undefined: DNS sees no difference. */
  note(model: Model, appIds: Iterable<string>): ZoneChange | undefined {
    const draft = newDraft();
    for (const appId of appIds) this.#look(model, appId, 'entries', draft);
    return this.#changeOf(draft);
  }

  /** Any app may be another, or gone. */
  noteAll(model: Model): ZoneChange | undefined {
    const draft = newDraft();
    for (const appId of model.apps.keys()) this.#look(model, appId, 'entries', draft);
    for (const appId of this.#apps.keys()) if (!model.apps.has(appId)) this.#look(model, appId, 'entries', draft);
    return this.#changeOf(draft);
  }

  /** The agent has another address. */
  noteHost(model: Model, host: string): ZoneChange | undefined {
    return this.#lookAgain(model, this.#appsOn.get(host) ?? []);
  }

  /** Tasks of these apps may have other weights than they had. */
  noteWeights(model: Model, appIds: Iterable<string>): ZoneChange | undefined {
    return this.#lookAgain(model, appIds);
  }

  /** Marathon has this name among the frameworks of Mesos. Another one than before is another name for all tasks. */
  setFramework(model: Model, name: string): ZoneChange | undefined {
    if (name === this.#framework) return undefined;
    this.#framework = name;
    const draft = newDraft();
    for (const appId of this.#apps.keys()) this.#look(model, appId, 'all', draft);
    draft.isOtherCluster = true;
    return this.#changeOf(draft);
  }

  /** Marathon itself, its leader, has these addresses. */
  setAddresses(addresses: readonly string[]): ZoneChange | undefined {
    if (equal(addresses, this.#addresses)) return undefined;
    this.#addresses = addresses;
    return { cluster: this.#cluster() };
  }

  /** All that was told so far. */
  whole(): ZoneChange {
    const put = [...this.#apps.values()].flatMap(({ tasks }) => [...tasks.values()].flatMap(({ named }) => named));
    return { put, cluster: this.#cluster() };
  }

  #lookAgain(model: Model, appIds: Iterable<string>): ZoneChange | undefined {
    const draft = newDraft();
    for (const appId of appIds) this.#look(model, appId, 'all', draft);
    return this.#changeOf(draft);
  }

  #cluster(): NamedCluster {
    return { frameworks: [{ name: this.#framework, addresses: this.#addresses }], agents: this.#agents.all, masters: [] };
  }

  #changeOf({ put, drop, isOtherCluster }: Draft): ZoneChange | undefined {
    if (put.size === 0 && drop.size === 0 && !isOtherCluster) return undefined;
    return {
      ...(put.size === 0 ? {} : { put: [...put.values()] }),
      ...(drop.size === 0 ? {} : { drop: [...drop] }),
      ...(isOtherCluster ? { cluster: this.#cluster() } : {}),
    };
  }

  #look(model: Model, appId: string, look: Look, draft: Draft): void {
    const entry = model.apps.get(appId);
    const before = this.#apps.get(appId);
    if (entry === before?.entry && look === 'entries') return;
    const tasks = entry === undefined ? new Map<string, Told>() : this.#told(entry, model, before, look);
    this.#compare(before?.tasks ?? new Map<string, Told>(), tasks, draft);
    if (entry === undefined) this.#apps.delete(appId);
    else this.#apps.set(appId, { entry, tasks });
    this.#noteHosts(appId, before?.entry, entry);
  }

  /** Of each task what was told before, where that is still so. */
  #told(entry: AppEntry, { hosts }: Model, before: ToldApp | undefined, look: Look): ReadonlyMap<string, Told> {
    const context = { ...this.#options, framework: this.#framework, hosts };
    const mayBeSame = look === 'entries' && before?.entry.app === entry.app && before.entry.formerChecks === entry.formerChecks;
    const told = new Map<string, Told>();
    for (const [id, task] of entry.tasks) {
      const last = before?.tasks.get(id);
      if (last?.task === task && mayBeSame) told.set(id, last);
      else {
        const named = namedTask(entry, task, context);
        told.set(id, { task, named: equal(named, last?.named) ? (last?.named ?? named) : named });
      }
    }
    return told;
  }

  #compare(before: ReadonlyMap<string, Told>, after: ReadonlyMap<string, Told>, draft: Draft): void {
    for (const [id, { named }] of after) {
      const last = before.get(id)?.named ?? [];
      if (last !== named) this.#replace(last, named, draft);
    }
    for (const [id, { named }] of before) if (!after.has(id)) this.#replace(named, [], draft);
  }

  #replace(before: readonly NamedTask[], after: readonly NamedTask[], draft: Draft): void {
    for (const one of after) {
      if (this.#agents.add(one)) draft.isOtherCluster = true;
      draft.put.set(one.key, one);
      draft.drop.delete(one.key);
    }
    for (const one of before) {
      if (this.#agents.remove(one)) draft.isOtherCluster = true;
      if (after.some(({ key }) => key === one.key)) continue;
      draft.drop.add(one.key);
      draft.put.delete(one.key);
    }
  }

  #noteHosts(appId: string, before: AppEntry | undefined, after: AppEntry | undefined): void {
    const hosts = hostsOf(after);
    for (const host of hostsOf(before)) if (!hosts.has(host)) this.#leave(host, appId);
    for (const host of hosts) {
      const apps = this.#appsOn.get(host);
      if (apps === undefined) this.#appsOn.set(host, new Set([appId]));
      else apps.add(appId);
    }
  }

  #leave(host: string, appId: string): void {
    const apps = this.#appsOn.get(host);
    apps?.delete(appId);
    if (apps?.size === 0) this.#appsOn.delete(host);
  }
}

const hostsOf = (entry: AppEntry | undefined): ReadonlySet<string> => new Set(entry?.tasks.values().map(({ host }) => host));
