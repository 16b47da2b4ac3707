import { deploymentGroup } from '../labels/deployment.ts';
import type { AppEntry } from '../model/model.ts';

/** Which apps are in which deployment group, kept up app by app. */
export class DeploymentGroups {
  /** Group -> ids of its apps. */
  readonly #members = new Map<string, Set<string>>();
  /** App id -> its group. */
  readonly #groupOf = new Map<string, string>();

  /** Notes the app as it is now; tells which groups this is about: the one that it was in, and the one that it is in. */
  put(appId: string, entry: AppEntry | undefined): ReadonlySet<string> {
    const before = this.#groupOf.get(appId);
    const after = entry === undefined ? undefined : deploymentGroup(entry.app);
    if (before !== after) {
      if (before !== undefined) this.#leave(appId, before);
      if (after !== undefined) this.#join(appId, after);
    }
    return new Set([before, after].filter((group) => group !== undefined));
  }

  /** The group of an app; undefined: it is in none. */
  groupOf(appId: string): string | undefined {
    return this.#groupOf.get(appId);
  }

  /** Ids of the apps of a group, in their order. */
  members(group: string): readonly string[] {
    return [...(this.#members.get(group) ?? [])].sort();
  }

  #join(appId: string, group: string): void {
    this.#groupOf.set(appId, group);
    const members = this.#members.get(group);
    if (members === undefined) this.#members.set(group, new Set([appId]));
    else members.add(appId);
  }

  #leave(appId: string, group: string): void {
    this.#groupOf.delete(appId);
    const members = this.#members.get(group);
    members?.delete(appId);
    if (members?.size === 0) this.#members.delete(group);
  }
}
