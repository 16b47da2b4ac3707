import type { Claim } from './app-part.ts';

const order = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Who comes first when two claim the same: an app that has instances, then Marathon-LB's order: app id, service port. */
export const byPrecedence = (a: Claim<unknown>, b: Claim<unknown>): number =>
  Number(b.wanted) - Number(a.wanted) || order(a.appId, b.appId) || order(a.servicePort, b.servicePort) || order(a.portIndex, b.portIndex);
