import type { Problem } from '../../kit/problem.ts';
import type { Claim, RouteClaim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Draft } from '../draft.ts';
import { count } from './count.ts';
import { type Place, RouteClaims } from './route-claims.ts';
import { levelsIn, wildcardLevel } from './wildcard-levels.ts';

const problemOf = ({ appId, portIndex, value }: Claim<RouteClaim>, winner: Claim<RouteClaim>): Problem => ({
  appId,
  portIndex,
  label: `HAPROXY_${portIndex}_VHOST`,
  message: `${value.host}${value.prefix} is not routed here: ${winner.value.host}${winner.value.prefix} of ${winner.appId} (port index ${winner.portIndex}, weight ${winner.value.weight}) takes it`,
});

/** Routes of the http and https frontends: decided place by place, and written to the maps. */
export class RouteTable {
  readonly #claims = new RouteClaims();
  readonly #inForce = new Map<string, Claim<RouteClaim>>();
  /** Places with claims that are not in force. */
  readonly #contested = new Map<string, Place>();
  /** Backend -> number of its routes in force that redirect. */
  readonly #redirects = new Map<string, number>();
  /** Wildcard level -> number of its routes in force. */
  readonly #levels = new Map<number, number>();
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  replace(before: readonly Claim<RouteClaim>[], after: readonly Claim<RouteClaim>[], change: Change): void {
    for (const [key, place] of this.#claims.replace(before, after)) this.#decide(key, place, change);
  }

  /** Levels of the wildcards in use, most first. */
  wildcardLevels(): readonly number[] {
    return levelsIn(this.#levels);
  }

  /** Claims in force on a host. */
  onHost(host: string): readonly Claim<RouteClaim>[] {
    return this.#claims.onHost(host).filter((claim) => this.#inForce.get(claim.value.host + claim.value.prefix) === claim);
  }

  /** Who has the routes of a host: see RouteClaims. */
  owner(host: string): Claim<RouteClaim> | undefined {
    return this.#claims.owner(host);
  }

  problems(): readonly Problem[] {
    return [...this.#contested].flatMap(([key, place]) => this.#problemsIn(key, place));
  }

  #decide(key: string, place: Place, change: Change): void {
    const winner = this.#claims.winner(place);
    const claims = this.#claims.of(key);
    const inForce = claims[0] === winner ? winner : undefined;
    if (claims.length > (inForce === undefined ? 0 : 1)) this.#contested.set(key, place);
    else this.#contested.delete(key);
    this.#draft.setEntry('routes', key, inForce?.value.backend, change);
    this.#countRoute(inForce?.value, 1, change);
    this.#countRoute(this.#inForce.get(key)?.value, -1, change);
    if (inForce === undefined) this.#inForce.delete(key);
    else this.#inForce.set(key, inForce);
  }

  #countRoute(route: RouteClaim | undefined, by: 1 | -1, change: Change): void {
    if (route === undefined) return;
    const level = wildcardLevel(route.host);
    if (level !== undefined) count(this.#levels, level, by);
    if (!route.redirectToHttps) return;
    const redirects = count(this.#redirects, route.backend, by);
    // Those of a port are all of one kind: what is left when one goes is what it was, or what took its place.
    if (redirects === 0) this.#draft.setEntry('redirects', route.backend, undefined, change);
    else if (by === 1) this.#draft.setEntry('redirects', route.backend, route.isPassthrough === true ? 'passthrough' : '301', change);
  }

  /** A port that loses to another route of its own backend loses nothing. */
  #problemsIn(key: string, place: Place): readonly Problem[] {
    const winner = this.#claims.winner(place);
    if (winner === undefined) return [];
    return this.#claims
      .of(key)
      .filter((claim) => claim.value.backend !== winner.value.backend)
      .map((claim) => problemOf(claim, winner));
  }
}
