import type { Change } from '../desired/change.ts';
import type { Desired } from '../desired/desired.ts';
import type { Observed, Scope, Touched } from '../plan/observed.ts';

/** What changed since it was last looked at: grows with changes, is emptied by `take`. */
export class Pending {
  #all = false;
  /** Frontends or profiles changed: nothing to look at, but something to plan. */
  #structure = false;
  #backends = new Set<string>();
  #mapKeys = new Map<string, Set<string>>();
  /** Beyond this many backends one look at everything is cheaper than many at some. */
  readonly #manyBackends = 500;

  get isEmpty(): boolean {
    return !this.#all && !this.#structure && this.#backends.size === 0 && this.#mapKeys.size === 0;
  }

  addAll(): void {
    this.#all = true;
  }

  addBackends(names: Iterable<string>): void {
    for (const name of names) this.#backends.add(name);
  }

  /** `desired`-side changes, as the assembly notes them. */
  add(change: Change): void {
    this.#structure ||= change.structure;
    this.addBackends(change.backends);
    for (const [map, keys] of change.mapKeys) {
      const known = this.#mapKeys.get(map) ?? new Set();
      for (const key of keys) known.add(key);
      this.#mapKeys.set(map, known);
    }
  }

  /** Puts back what was taken and not done. That the structure may have changed goes without saying: a cycle always compares it. */
  restore(scope: Scope): void {
    this.#structure = true;
    if (scope === 'all') this.#all = true;
    else
      this.add({
        backends: new Set(scope.backends),
        mapKeys: new Map([...scope.mapKeys].map(([map, keys]) => [map, new Set(keys)])),
        structure: false,
      });
  }

  /**
   * What was observed, without the keys that changed and the backends that went while HAProxy was asked. Such a one belongs together with what
   * else changed then (no backend goes before what leads to it, no key leads to a backend before that is there), and the next cycle looks at all of it.
   */
  withoutNews(observed: Observed, desired: Desired): Observed {
    const { scope } = observed;
    if (scope === 'all') return observed;
    const isGone = (backend: string): boolean => this.#backends.has(backend) && !desired.backends.has(backend);
    const backends = new Set([...scope.backends].filter((backend) => !isGone(backend)));
    const mapKeys = new Map(
      [...scope.mapKeys].map(([map, keys]) => [map, new Set([...keys].filter((key) => this.#mapKeys.get(map)?.has(key) !== true))]),
    );
    return { ...observed, scope: { backends, mapKeys } };
  }

  take(): Scope {
    const scope: Touched = { backends: this.#backends, mapKeys: this.#mapKeys };
    const all = this.#all || this.#backends.size > this.#manyBackends;
    this.#all = false;
    this.#structure = false;
    this.#backends = new Set();
    this.#mapKeys = new Map();
    return all ? 'all' : scope;
  }
}
