import { equal } from '../kit/equal.ts';
import { type Change, noteKey } from './change.ts';
import { backendOfEntry, type MapName } from './maps.ts';
import type { Backend, Desired, Frontend, Globals, Profile } from './desired.ts';

/** Desired while it is being kept true: every write that changes something is noted. */
export class Draft {
  readonly globals: Globals;
  readonly #profiles = new Map<string, Profile>();
  readonly #frontends = new Map<string, Frontend>();
  readonly #backends = new Map<string, Backend>();
  readonly #maps: ReadonlyMap<MapName, Map<string, string>>;
  /** Profile name -> number of backends that take from it. */
  readonly #users = new Map<string, number>();
  readonly #view: Desired;

  constructor(globals: Globals, maps: readonly MapName[]) {
    this.globals = globals;
    this.#maps = new Map(maps.map((name) => [name, new Map<string, string>()]));
    this.#view = { globals, profiles: this.#profiles, frontends: this.#frontends, backends: this.#backends, maps: this.#maps };
  }

  /** A live view. */
  get desired(): Desired {
    return this.#view;
  }

  setFrontend(name: string, frontend: Frontend | undefined, change: Change): void {
    if (equal(this.#frontends.get(name), frontend)) return;
    change.structure = true;
    if (frontend === undefined) this.#frontends.delete(name);
    else this.#frontends.set(name, frontend);
  }

  setEntry(map: Exclude<MapName, 'backends'>, key: string, value: string | undefined, change: Change): void {
    if (this.#map(map).get(key) === value) return;
    noteKey(change, map, key);
    // An entry is given to HAProxy only where its backend is: so that is looked at too.
    const backend = backendOfEntry(map, key, value);
    if (backend !== undefined) change.backends.add(backend);
    if (value === undefined) this.#map(map).delete(key);
    else this.#map(map).set(key, value);
  }

  setBackend(name: string, backend: Backend | undefined, change: Change): void {
    const before = this.#backends.get(name);
    if (equal(before, backend)) return;
    change.backends.add(name);
    if (backend === undefined) {
      this.#backends.delete(name);
      this.#map('backends').delete(name);
    } else {
      this.#backends.set(name, backend);
      this.#map('backends').set(name, backend.shape);
    }
    if (before?.profile.name === backend?.profile.name) return;
    if (backend !== undefined) this.#use(backend.profile, change);
    if (before !== undefined) this.#release(before.profile, change);
  }

  #map(name: MapName): Map<string, string> {
    const map = this.#maps.get(name);
    if (map === undefined) throw new Error(`no map '${name}'`);
    return map;
  }

  #use(profile: Profile, change: Change): void {
    const users = this.#users.get(profile.name) ?? 0;
    this.#users.set(profile.name, users + 1);
    if (users > 0) return;
    this.#profiles.set(profile.name, profile);
    change.structure = true;
  }

  #release(profile: Profile, change: Change): void {
    const users = (this.#users.get(profile.name) ?? 0) - 1;
    if (users > 0) {
      this.#users.set(profile.name, users);
      return;
    }
    this.#users.delete(profile.name);
    this.#profiles.delete(profile.name);
    change.structure = true;
  }
}
