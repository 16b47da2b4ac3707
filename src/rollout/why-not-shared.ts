/** Parts between none and all: what HAProxy keeps exactly with other weights at run time. Of the others see docs/deployments.md, tried with each HAProxy. */
const EXACT = 'roundrobin';

const isAllOrNothing = (shares: Readonly<Record<string, number>>): boolean =>
  Object.values(shares).every((share) => share === 0 || share === 100);

/**
 * Why these shares cannot be kept by weights of servers, for people; undefined: they can. All or nothing can always.
 * @param balance HAProxy's `balance` with its parameters
 * @param shares app id -> percent
 */
export const whyNotShared = (balance: string, shares: Readonly<Record<string, number>>): string | undefined => {
  if (balance === EXACT || isAllOrNothing(shares)) return undefined;
  return `load balancing ${balance} does not keep to weights exactly: only shares of 0 and 100 can be had with it, or HAPROXY_{n}_BALANCE=${EXACT}`;
};

/** What is kept in the place of shares that cannot be: all for those with the largest one. */
export const allOrNothing = (shares: Readonly<Record<string, number>>): Readonly<Record<string, number>> => {
  const largest = Math.max(...Object.values(shares));
  return Object.fromEntries(Object.entries(shares).map(([appId, share]) => [appId, share === largest ? 100 : 0]));
};

/** Whether servers are told by weights what they take; else by states: all that others do is use them or not. */
export const isByWeights = (balance: string): boolean => balance === EXACT;
