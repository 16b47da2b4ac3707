import type { Change } from '../desired/change.ts';
import type { Desired } from '../desired/desired.ts';
import type { Observed, Scope, Touched } from '../plan/observed.ts';
import { type Arrival, Arrivals } from './arrivals.ts';

/** Nothing but which worker serves, and what it runs. */
export const isGlance = (scope: Scope): boolean => scope !== 'all' && scope.backends.size === 0 && scope.mapKeys.size === 0;

/** What changed since it was last looked at: grows with changes, is emptied by `take`. */
export class Pending {
  #all = false;
  /** Frontends or profiles changed: nothing to look at, but something to plan. */
  #structure = false;
  #backends = new Set<string>();
  #mapKeys = new Map<string, Set<string>>();
  readonly #arrivals = new Arrivals();
  /** Beyond this many backends one look at everything is cheaper than many at some. */
  readonly #manyBackends = 500;

  get isEmpty(): boolean {
    return !this.#all && !this.#structure && this.#backends.size === 0 && this.#mapKeys.size === 0;
  }

  /** What is known to have changed, whether all is to be looked at or not. To be asked for before it is taken. */
  get changed(): Touched {
    return { backends: this.#backends, mapKeys: this.#mapKeys };
  }

  /** A change that is in here arrived then. */
  arrived(atMs: number): void {
    this.#arrivals.add(atMs);
  }

  addAll(): void {
    this.#all = true;
  }

  addStructure(): void {
    this.#structure = true;
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

  /**
   * Puts back what was taken and not done. That the structure may have changed goes without saying: a cycle always compares it.
   * @param changed what was known to have changed where the scope does not say it
   */
  restore(scope: Scope, changed?: Touched, arrivals: readonly Arrival[] = []): void {
    this.#arrivals.putBack(arrivals);
    this.#structure = true;
    if (scope === 'all') this.#all = true;
    const touched = scope === 'all' ? changed : scope;
    if (touched === undefined) return;
    this.add({
      backends: new Set(touched.backends),
      mapKeys: new Map([...touched.mapKeys].map(([map, keys]) => [map, new Set(keys)])),
      structure: false,
    });
  }

  /** Those wait for a reload: nothing to look at before that. */
  putBackArrivals(arrivals: readonly Arrival[]): void {
    this.#arrivals.putBack(arrivals);
  }

  /** When what is taken had arrived. */
  takeArrivals(): readonly Arrival[] {
    return this.#arrivals.take();
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
    const scope = this.changed;
    const all = this.#all || this.#backends.size > this.#manyBackends;
    this.#all = false;
    this.#structure = false;
    this.#backends = new Set();
    this.#mapKeys = new Map();
    return all ? 'all' : scope;
  }
}
