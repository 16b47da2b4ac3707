import type { Problem } from '../../kit/problem.ts';
import type { Claim, RouteClaim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Draft } from '../draft.ts';
import { type HostRoutes, resolveHost } from '../host-routes.ts';
import { Claims } from './claims.ts';
import { Conflicts } from './conflicts.ts';

/** Labels from the right after which a wildcard host begins: '*.shop.example' = 2, '*' = 0; undefined for a host without a wildcard. */
const wildcardLevel = (host: string): number | undefined => {
  if (host === '*') return 0;
  return host.startsWith('*.') ? host.split('.').length - 1 : undefined;
};

/** Routes by host: which claims are in force is decided host by host. */
export class RouteTable {
  readonly #claims = new Claims<RouteClaim>((route) => route.host);
  readonly #conflicts = new Conflicts();
  readonly #inForce = new Map<string, HostRoutes['inForce']>();
  /** Backend -> number of its routes in force that redirect. */
  readonly #redirects = new Map<string, number>();
  /** Wildcard level -> number of hosts in force. */
  readonly #levels = new Map<number, number>();
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  replace(before: readonly Claim<RouteClaim>[], after: readonly Claim<RouteClaim>[], change: Change): void {
    for (const host of this.#claims.replace(before, after)) this.#decide(host, change);
  }

  /** Levels of the wildcards in use, most first. */
  wildcardLevels(): readonly number[] {
    return [...this.#levels.keys()].sort((a, b) => b - a);
  }

  problems(): readonly Problem[] {
    return this.#conflicts.all();
  }

  #decide(host: string, change: Change): void {
    const before = this.#inForce.get(host) ?? new Map<string, Claim<RouteClaim>>();
    const { inForce, problems } = resolveHost(this.#claims.of(host));
    for (const prefix of before.keys()) if (!inForce.has(prefix)) this.#draft.setEntry('routes', `${host}${prefix}`, undefined, change);
    for (const [prefix, claim] of inForce) this.#draft.setEntry('routes', `${host}${prefix}`, claim.value.backend, change);
    // Raise before lower: a backend that keeps one of its redirects must not lose its entry in between.
    for (const claim of inForce.values()) this.#countRedirect(claim.value, 1, change);
    for (const claim of before.values()) this.#countRedirect(claim.value, -1, change);
    this.#countLevel(host, Number(inForce.size > 0) - Number(before.size > 0));
    if (inForce.size === 0) this.#inForce.delete(host);
    else this.#inForce.set(host, inForce);
    this.#conflicts.set(host, problems);
  }

  #countRedirect(route: RouteClaim, by: number, change: Change): void {
    if (!route.redirectToHttps) return;
    const count = (this.#redirects.get(route.backend) ?? 0) + by;
    if (count === 0) this.#redirects.delete(route.backend);
    else this.#redirects.set(route.backend, count);
    this.#draft.setEntry('redirects', route.backend, count === 0 ? undefined : '301', change);
  }

  #countLevel(host: string, by: number): void {
    const level = wildcardLevel(host);
    if (level === undefined || by === 0) return;
    const count = (this.#levels.get(level) ?? 0) + by;
    if (count === 0) this.#levels.delete(level);
    else this.#levels.set(level, count);
  }
}
