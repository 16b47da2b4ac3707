import type { AppPart } from '../desired/app-part.ts';
import { buildApp } from '../desired/build-app.ts';
import { type DeploymentGroup, mergeGroup } from '../desired/deployment-group.ts';
import { memberPart } from '../desired/member-part.ts';
import type { BuildOptions } from '../desired/options.ts';
import type { Decided } from '../desired/port-draft.ts';
import { deploymentGroup } from '../labels/deployment.ts';
import type { AppEntry, Model } from '../model/model.ts';
import { AutoPorts } from './auto-ports.ts';
import { DeploymentGroups } from './deployment-groups.ts';

/** The new part of an app (undefined: it is gone), or what went wrong while it was built. */
export type BuiltPart = { readonly part: AppPart | undefined } | { readonly error: unknown };

/** Makes the parts of the apps that changed, and of those that are served together with them or by ports that depend on them. */
export class Parts {
  readonly #model: Model;
  readonly #options: BuildOptions;
  readonly #groups: DeploymentGroups;
  readonly #autoPorts: AutoPorts;
  #decided: Decided | undefined;

  constructor(model: Model, options: BuildOptions) {
    this.#model = model;
    this.#options = options;
    this.#groups = new DeploymentGroups(() => model.apps.keys());
    this.#autoPorts = new AutoPorts(options);
  }

  /** What was decided, in the place of what was before; undefined: nothing. Apps that it concerns are to be rebuilt. */
  set decided(decided: Decided | undefined) {
    this.#decided = decided;
  }

  /** @param appIds apps that changed, or whose agents are elsewhere */
  rebuild(appIds: Iterable<string>): ReadonlyMap<string, BuiltPart> {
    const entries = new Map([...appIds].map((appId) => [appId, this.#model.apps.get(appId)]));
    for (const appId of this.#autoPorts.put(entries)) entries.set(appId, this.#model.apps.get(appId));
    const built = new Map<string, BuiltPart>();
    const groups = new Set<string>();
    for (const [appId, entry] of entries) {
      for (const group of this.#groups.put(appId, entry !== undefined, this.#groupFor(entry))) groups.add(group);
      if (this.#groups.groupOf(appId) === undefined) built.set(appId, this.#alone(entry));
    }
    for (const group of groups) for (const [appId, part] of this.#together(group)) built.set(appId, part);
    return built;
  }

  /** The app as it is served: with the service ports that it was given. Undefined: Marathon has no such app. */
  entry(appId: string): AppEntry | undefined {
    const entry = this.#model.apps.get(appId);
    return entry === undefined ? undefined : this.#autoPorts.served(entry);
  }

  /** The apps that this one is served with; undefined: it is in no deployment group. */
  group(appId: string): DeploymentGroup | undefined {
    const id = this.#groups.groupOf(appId);
    if (id === undefined) return undefined;
    const entry = this.#isStranger(appId, id) ? this.entry(appId) : undefined;
    return entry === undefined ? this.#merged(id, this.#entriesOf(id)) : this.#outside(id, entry);
  }

  /** Ids of the deployment groups with an app. */
  groups(): readonly string[] {
    return this.#groups.groups();
  }

  /** Ids of the apps of a deployment group. */
  members(group: string): readonly string[] {
    return this.#groups.members(group).filter((appId) => !this.#isStranger(appId, group));
  }

  /** As it says itself, else as somebody has decided. */
  #groupFor(entry: AppEntry | undefined): string | undefined {
    if (entry === undefined) return undefined;
    return deploymentGroup(entry.app) ?? this.#decided?.orders.groupNaming(entry.app.id);
  }

  /**
   * Whether it only says that it is in the group, and nobody has decided so, while the app of that id is in it by decision alone: a label is anybody's
   * to write, and would let him share in what an app has that never asked for company.
   */
  #isStranger(appId: string, group: string): boolean {
    const owner = this.#groups.ownerOfId(group);
    if (owner === undefined || owner === appId || this.#decided?.orders.groupNaming(appId) === group) return false;
    const entry = this.#model.apps.get(owner);
    return entry !== undefined && deploymentGroup(entry.app) === undefined;
  }

  #alone(entry: AppEntry | undefined): BuiltPart {
    if (entry === undefined) return { part: undefined };
    try {
      return { part: buildApp(this.#autoPorts.served(entry), this.#model.hosts, this.#options, undefined, this.#decided) };
    } catch (error) {
      return { error };
    }
  }

  #together(id: string): ReadonlyMap<string, BuiltPart> {
    const strangers = this.#groups.members(id).filter((appId) => this.#isStranger(appId, id));
    return new Map([...this.#served(id), ...strangers.map((appId) => [appId, this.#asStranger(id, this.entry(appId))] as const)]);
  }

  #asStranger(group: string, entry: AppEntry | undefined): BuiltPart {
    if (entry === undefined) return { part: undefined };
    try {
      return { part: buildApp(entry, this.#model.hosts, this.#options, this.#outside(group, entry), this.#decided) };
    } catch (error) {
      return { error };
    }
  }

  #served(id: string): ReadonlyMap<string, BuiltPart> {
    const entries = this.#entriesOf(id);
    if (entries.length === 0) return new Map();
    try {
      const group = this.#merged(id, entries);
      const served = buildApp(group.entry, this.#model.hosts, this.#options, group, this.#decided);
      return new Map(
        entries.map(({ app }) => [app.id, { part: app.id === served.appId ? served : memberPart(app, group, served, this.#options) }]),
      );
    } catch (error) {
      return new Map(entries.map(({ app }) => [app.id, { error }]));
    }
  }

  #merged(id: string, entries: readonly AppEntry[]): DeploymentGroup {
    const facts = { holder: this.#groups.holderOfId(id), shares: this.#decided?.orders.sharesOf(id) };
    return mergeGroup(id, entries, this.#options, facts);
  }

  /** One that is served by itself, under its own id, and is told why. */
  #outside(group: string, entry: AppEntry): DeploymentGroup {
    return mergeGroup(group, [entry], this.#options, { holder: this.#groups.ownerOfId(group) });
  }

  #entriesOf(group: string): readonly AppEntry[] {
    return this.members(group).flatMap((appId) => this.entry(appId) ?? []);
  }
}
