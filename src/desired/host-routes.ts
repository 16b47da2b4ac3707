import type { Problem } from '../kit/problem.ts';
import type { Claim, RouteClaim } from './app-part.ts';
import { byPrecedence } from './precedence.ts';

/** Routes of one host that are in force, and claims that are not, with the reason. */
export interface HostRoutes {
  /** Path prefix -> claim. */
  readonly inForce: ReadonlyMap<string, Claim<RouteClaim>>;
  readonly problems: readonly Problem[];
}

/** The claim in force whose prefix takes every request that this one would: the same prefix, or a shorter one with more weight. */
const takenBy = (claim: Claim<RouteClaim>, inForce: ReadonlyMap<string, Claim<RouteClaim>>): Claim<RouteClaim> | undefined => {
  const { prefix, weight } = claim.value;
  const same = inForce.get(prefix);
  if (same !== undefined) return same;
  for (let length = prefix.length - 1; length > 0; length -= 1) {
    const shorter = inForce.get(prefix.slice(0, length));
    if (shorter !== undefined && shorter.value.weight > weight) return shorter;
  }
  return undefined;
};

const problemOf = ({ appId, portIndex, value }: Claim<RouteClaim>, winner: Claim<RouteClaim>): Problem => ({
  appId,
  portIndex,
  label: `HAPROXY_${portIndex}_VHOST`,
  message: `${value.host}${value.prefix} is not routed here: ${winner.value.host}${winner.value.prefix} of ${winner.appId} (port index ${winner.portIndex}, weight ${winner.value.weight}) takes it`,
});

/** Heavier before lighter, then by app; among routes in force HAProxy's map picks the longest prefix. */
const byWeight = (a: Claim<RouteClaim>, b: Claim<RouteClaim>): number => b.value.weight - a.value.weight || byPrecedence(a, b);

/** Decides between the claims on one host. */
export const resolveHost = (claims: readonly Claim<RouteClaim>[]): HostRoutes => {
  const inForce = new Map<string, Claim<RouteClaim>>();
  const problems: Problem[] = [];
  for (const claim of [...claims].sort(byWeight)) {
    const winner = takenBy(claim, inForce);
    if (winner === undefined) inForce.set(claim.value.prefix, claim);
    else if (winner.value.backend !== claim.value.backend) problems.push(problemOf(claim, winner));
  }
  return { inForce, problems };
};
