import { compare } from '../kit/compare.ts';
import type { Claim } from './app-part.ts';

/** Who comes first when two claim the same: an app that has instances, then who claimed it first, then Marathon-LB's order: app id, service port. */
export const byPrecedence = (a: Claim<unknown>, b: Claim<unknown>): number =>
  Number(b.wanted) - Number(a.wanted) ||
  compare(a.since, b.since) ||
  compare(a.appId, b.appId) ||
  compare(a.servicePort, b.servicePort) ||
  compare(a.portIndex, b.portIndex);

/** Of those that have a weight: heavier before lighter. */
export const byWeight = <T extends { readonly weight: number }>(a: Claim<T>, b: Claim<T>): number =>
  b.value.weight - a.value.weight || byPrecedence(a, b);
