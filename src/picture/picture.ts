import { messageOf } from '../kit/error.ts';
import { equal } from '../kit/equal.ts';
import type { Problem } from '../kit/problem.ts';
import { commit, emptyModel, type OwnedModel } from '../model/commit.ts';
import type { ModelEvent } from '../model/event.ts';
import type { AppEntry, Model } from '../model/model.ts';
import { reduce } from '../model/reduce.ts';
import type { AppPart, PortFate } from '../desired/app-part.ts';
import { Assembly } from '../desired/assembly.ts';
import { type Change, noChange } from '../desired/change.ts';
import type { DeploymentGroup } from '../desired/deployment-group.ts';
import type { Desired, Globals } from '../desired/desired.ts';
import type { FileTrouble } from '../desired/file-trouble.ts';
import type { HostTls } from '../desired/host-tls.ts';
import { DRAIN } from '../desired/maps.ts';
import type { BuildOptions } from '../desired/options.ts';
import type { Refusal } from '../desired/refusal.ts';
import { fingerprint } from '../plan/fingerprint.ts';
import type { Book } from '../rollout/book.ts';
import type { Carrier } from '../rollout/edits/carrier.ts';
import type { Orders } from '../rollout/orders.ts';
import type { Place } from '../rollout/place.ts';
import type { SavedModel } from '../model/saved-model.ts';
import { carriersOf } from './carriers.ts';
import { appsOf, Decisions } from './decisions.ts';
import { Parts } from './parts.ts';
import { besides, placesOf } from './places.ts';
import { servedTasks } from './served-tasks.ts';
import { type TaskWeight, taskWeights } from './task-weights.ts';

/** Model and Desired, side by side: each event goes into the one, and what it changed there is rebuilt in the other. */
export class Picture {
  readonly options: BuildOptions;
  readonly #model: OwnedModel = emptyModel();
  readonly #assembly: Assembly;
  readonly #parts: Parts;
  readonly #decisions = new Decisions();
  /** Apps that could not be built, by id. */
  readonly #failed = new Map<string, Problem>();
  #certificateProblems: readonly Problem[] = [];
  #fileTroubles: ReadonlyMap<string, FileTrouble> = new Map();
  /** Backend -> why. */
  #givenUp: ReadonlyMap<string, string> = new Map();
  #fingerprint: string | undefined;
  #mayBeApplied = false;
  #restoredAt: string | undefined;

  constructor(options: BuildOptions, globals: Globals) {
    this.options = options;
    this.#assembly = new Assembly(options, globals);
    this.#parts = new Parts(this.#model, options);
  }

  get model(): Model {
    return this.#model;
  }

  get desired(): Desired {
    return this.#assembly.desired;
  }

  /** Of Desired as it is now; made anew only after the structure changed. */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprint(this.desired);
    return this.#fingerprint;
  }

  /** A full read is in it, or what was saved has to do. Before that it must not be applied: what is missing is not known to be gone. */
  get mayBeApplied(): boolean {
    return this.#mayBeApplied;
  }

  /** When what it began with was saved, ISO 8601; undefined: it began empty. */
  get restoredAt(): string | undefined {
    return this.#restoredAt;
  }

  /** See `drain`. */
  get draining(): boolean {
    return this.desired.maps.get(DRAIN.map)?.has(DRAIN.key) === true;
  }

  /** What became of the app's service ports. */
  fates(appId: string): readonly PortFate[] {
    return this.#assembly.fates(appId);
  }

  /** The app as it is served: with the service ports that it was given, where Marathon gave it none. */
  servedEntry(appId: string): AppEntry | undefined {
    return this.#parts.entry(appId);
  }

  /** The apps that this one is served with; undefined: it is in no deployment group. */
  deploymentGroup(appId: string): DeploymentGroup | undefined {
    return this.#parts.group(appId);
  }

  /** What operators and the controller have decided; undefined: nothing. */
  get orders(): Orders | undefined {
    return this.#decisions.decided?.orders;
  }

  problems(): readonly Problem[] {
    return [...this.#certificateProblems, ...this.#failed.values(), ...this.#givenUpProblems(), ...this.#assembly.problems()];
  }

  /** Begins with what was saved. It is not to be applied yet: see `settle`. */
  restore({ apps, hosts, savedAt }: SavedModel): void {
    for (const [host, address] of hosts) this.#take({ kind: 'host-address', host, address });
    this.#take({ kind: 'snapshot', entries: apps, keep: new Set() });
    this.#restoredAt = savedAt;
  }

  /** What was saved is the best there is. False: nothing was, or there is better already. */
  settle(): boolean {
    if (this.#mayBeApplied || this.#restoredAt === undefined) return false;
    this.#mayBeApplied = true;
    return true;
  }

  take(event: ModelEvent): Change {
    const change = this.#take(event);
    if (event.kind === 'snapshot') this.#mayBeApplied = true;
    return change;
  }

  #take(event: ModelEvent): Change {
    const changed = reduce(this.#model, event);
    commit(this.#model, changed);
    const change = noChange();
    const moved = changed.hosts.size > 0 ? this.#appsOn(changed.hosts) : [];
    this.#rebuild(new Set([...changed.apps.keys(), ...moved]), change);
    return this.#noted(change);
  }

  /** Files that apps name in labels, by their paths: HAProxy is given copies. */
  get appFiles(): ReadonlyMap<string, string> {
    return this.#assembly.appFiles();
  }

  /** What the https frontend has for hosts besides their routes. */
  get hosts(): ReadonlyMap<string, HostTls> {
    return this.#assembly.hosts;
  }

  /** HAProxy does not take these options of hosts: they are left out, and their hosts shut. */
  refuseHostOptions(reasons: ReadonlyMap<string, string>): Change {
    const change = noChange();
    this.#assembly.refuseHostOptions(reasons, change);
    return this.#noted(change);
  }

  /**
   * What is wrong with certificates, in place of what was. Undefined: the same as before.
   * @param troubles with files that apps name, by their paths
   */
  setCertificateTroubles(problems: readonly Problem[], troubles: ReadonlyMap<string, FileTrouble>): Change | undefined {
    if (equal(problems, this.#certificateProblems) && equal(troubles, this.#fileTroubles)) return undefined;
    this.#certificateProblems = problems;
    this.#fileTroubles = troubles;
    const change = noChange();
    this.#assembly.setFileTroubles(troubles, change);
    return this.#noted(change);
  }

  /** Backends that HAProxy does not make as they should be, in place of those that were: backend -> why. */
  setGivenUp(reasons: ReadonlyMap<string, string>): void {
    this.#givenUp = reasons;
  }

  /** HAProxy does not take these: they are left out until they are others. */
  refuse(refusals: readonly Refusal[]): Change {
    const change = noChange();
    this.#assembly.refuse(refusals, change);
    return this.#noted(change);
  }

  /** Service ports that this host does not let us open: '<address>:<port>' -> reason. */
  setUnbindable(reasons: ReadonlyMap<string, string>): Change {
    const change = noChange();
    this.#assembly.setUnbindable(reasons, change);
    return this.#noted(change);
  }

  /** This node is to be taken out of rotation. */
  drain(): Change {
    const change = noChange();
    this.#assembly.drain(change);
    return this.#noted(change);
  }

  /** Of the book that is in force. */
  get revision(): number {
    return this.#decisions.revision;
  }

  /** Ids of the deployment groups with an app. */
  groups(): readonly string[] {
    return this.#parts.groups();
  }

  /** Ids of the apps of a deployment group, in their order; none: there is no such group. */
  members(group: string): readonly string[] {
    return this.#parts.members(group);
  }

  /** Which servers the tasks of an app are, and those of the apps that it is served with: made for whoever asks. */
  places(appId: string): readonly Place[] {
    const entry = this.servedEntry(appId);
    if (entry === undefined) return [];
    const group = this.deploymentGroup(appId);
    const entries = group === undefined ? [entry] : [group.entry, ...group.others];
    const servedBy = group?.entry.app.id ?? appId;
    const decided = this.#assembly.places(servedBy);
    const places = placesOf({ entries, decided, fates: this.fates(appId), hosts: this.#model.hosts, options: this.options });
    return [...places, ...besides(places, this.#assembly.backendsBeside(servedBy))];
  }

  /** The app whose definition a backend is made of; undefined: there is no such backend. */
  carrierOf(backend: string): string | undefined {
    return this.#assembly.portOf(backend)?.appId;
  }

  /** What the tasks have in the backend of this app's first service port that is served, those of the apps that it is served with too. */
  taskWeights(appId: string): readonly TaskWeight[] {
    const first = this.fates(appId).find((fate) => fate.kind === 'taken');
    const backend = first === undefined ? undefined : this.desired.backends.get(first.backend);
    return backend === undefined ? [] : taskWeights(backend, this.#assembly.places(appId));
  }

  /** Ids of the tasks of these apps, and of those that they are served with, that new requests can come to: made for whoever asks. */
  served(appIds: readonly string[]): ReadonlySet<string> {
    return servedTasks(
      appIds.flatMap((appId) => this.places(appId)),
      this.desired,
      this.model,
    );
  }

  /** The backends of apps, each once. */
  carriers(appIds: readonly string[]): readonly Carrier[] {
    return carriersOf(
      this.desired,
      appIds.flatMap((appId) => this.fates(appId)),
    );
  }

  /** The backends whose traffic is shared out among apps. Costs as much as there are shares. */
  sharedBackends(): readonly string[] {
    const { decided } = this.#decisions;
    if (decided === undefined) return [];
    const groups = [...decided.orders.book.shares.keys()].map((group) => this.members(group)).filter(({ length }) => length > 1);
    const names = groups.flatMap((appIds) => appIds.flatMap((appId) => this.fates(appId)));
    return [...new Set(names.flatMap((fate) => (fate.kind === 'taken' ? [fate.backend] : [])))];
  }

  /**
   * What HAProxy's own checks find down, in the place of what they did before: backend -> servers. These have no part in a split until they are back.
   * Only backends of groups with shares matter.
   */
  setDown(down: ReadonlyMap<string, ReadonlySet<string>>): Change {
    const change = noChange();
    const backends = this.#decisions.setDown(down);
    this.#parts.decided = this.#decisions.decided;
    this.#rebuild(new Set(backends.flatMap((backend) => this.#assembly.portOf(backend)?.appId ?? [])), change);
    return this.#noted(change);
  }

  /** What operators and the controller have decided, in the place of what was before. */
  takeBook(book: Book): Change {
    const changed = this.#decisions.takeBook(book);
    this.#parts.decided = this.#decisions.decided;
    const change = noChange();
    this.#rebuild(
      appsOf(changed, this.#model, (group) => this.#parts.members(group)),
      change,
    );
    return this.#noted(change);
  }

  #givenUpProblems(): readonly Problem[] {
    return [...this.#givenUp].map(([backend, because]) => {
      const { appId, portIndex } = this.#assembly.portOf(backend) ?? { appId: '/' };
      const message = `backend ${backend} is left as it is until something else is wanted of it: ${because}`;
      return { appId, ...(portIndex === undefined ? {} : { portIndex }), message };
    });
  }

  /** An app that the pure rooms fail on stays as it was, with a Problem: a mistake of ours about one app must not cost the others. */
  #rebuild(appIds: ReadonlySet<string>, change: Change): void {
    const parts = new Map<string, AppPart | undefined>();
    for (const [appId, built] of this.#parts.rebuild(appIds)) {
      if ('error' in built) this.#fail(appId, built.error);
      else {
        this.#failed.delete(appId);
        parts.set(appId, built.part);
      }
    }
    for (const [appId, error] of this.#assembly.putAll(parts, change)) this.#fail(appId, error);
  }

  #fail(appId: string, error: unknown): void {
    this.#failed.set(appId, {
      appId,
      message: `Sluice cannot build this app and leaves it as it was; please report: ${messageOf(error)}`,
    });
  }

  #noted(change: Change): Change {
    if (change.structure) this.#fingerprint = undefined;
    return change;
  }

  /** Looks at every app: an agent's address changes rarely. */
  #appsOn(hosts: ReadonlyMap<string, string>): readonly string[] {
    const isOn = (entry: AppEntry): boolean => entry.tasks.values().some((task) => hosts.has(task.host));
    return [...this.#model.apps].filter(([, entry]) => isOn(entry)).map(([appId]) => appId);
  }
}
