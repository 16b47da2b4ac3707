import { backendName } from '../desired/names.ts';

/** What two ids have in common whose backends or app ids would be the same. */
const keyOf = (id: string): string => backendName(id, 0).toLowerCase();

const addTo = (sets: Map<string, Set<string>>, key: string, value: string): void => {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
};

const removeFrom = (sets: Map<string, Set<string>>, key: string, value: string): void => {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
};

const NONE: ReadonlySet<string> = new Set();

/** Which apps are in which deployment group, kept up app by app. */
export class DeploymentGroups {
  /** Group -> ids of its apps. */
  readonly #members = new Map<string, Set<string>>();
  /** App id -> its group. */
  readonly #groupOf = new Map<string, string>();
  /** Key of an id -> apps with it, in a group or not; undefined as long as no app was in a group: most have none, and need not be known then. */
  #apps: Map<string, Set<string>> | undefined;
  /** Key of an id -> groups with it. */
  readonly #named = new Map<string, Set<string>>();
  readonly #appIds: () => Iterable<string>;

  /** @param appIds of all apps that there are */
  constructor(appIds: () => Iterable<string>) {
    this.#appIds = appIds;
  }

  /**
   * Notes the app as it is now; tells which groups this is about: the one that it was in, the one that it is in, those with its id.
   * @param isThere false: the app is gone
   * @param after its group; undefined: none
   */
  put(appId: string, isThere: boolean, after: string | undefined): ReadonlySet<string> {
    const before = this.#groupOf.get(appId);
    if (before !== after) {
      if (before !== undefined) this.#leave(appId, before);
      if (after !== undefined) this.#join(appId, after);
    }
    if (this.#apps === undefined) return NONE;
    const key = keyOf(appId);
    if (isThere) addTo(this.#apps, key, appId);
    else removeFrom(this.#apps, key, appId);
    const named = this.#named.get(key) ?? [];
    return new Set([before, after, ...named].filter((group) => group !== undefined));
  }

  /** An app outside of the group whose id it has; undefined: the id is the group's own. */
  holderOfId(group: string): string | undefined {
    return this.#apps
      ?.get(keyOf(group))
      ?.values()
      .find((appId) => this.#groupOf.get(appId) !== group);
  }

  /** The app in the group that has its id; undefined: none. */
  ownerOfId(group: string): string | undefined {
    return this.#apps
      ?.get(keyOf(group))
      ?.values()
      .find((appId) => this.#groupOf.get(appId) === group);
  }

  /** The group of an app; undefined: it is in none. */
  groupOf(appId: string): string | undefined {
    return this.#groupOf.get(appId);
  }

  /** Those with an app. */
  groups(): readonly string[] {
    return [...this.#members.keys()];
  }

  /** Ids of the apps of a group, in their order. */
  members(group: string): readonly string[] {
    return [...(this.#members.get(group) ?? [])].sort();
  }

  #join(appId: string, group: string): void {
    if (this.#apps === undefined) {
      this.#apps = new Map();
      for (const other of this.#appIds()) addTo(this.#apps, keyOf(other), other);
    }
    this.#groupOf.set(appId, group);
    addTo(this.#members, group, appId);
    addTo(this.#named, keyOf(group), group);
  }

  #leave(appId: string, group: string): void {
    this.#groupOf.delete(appId);
    removeFrom(this.#members, group, appId);
    if (!this.#members.has(group)) removeFrom(this.#named, keyOf(group), group);
  }
}
