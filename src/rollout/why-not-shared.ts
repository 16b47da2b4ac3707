import { balanceTraits } from './balance-traits.ts';

const isAllOrNothing = (shares: Readonly<Record<string, number>>): boolean =>
  Object.values(shares).every((share) => share === 0 || share === 100);

/**
 * Why these shares cannot be kept by weights of servers, for people; undefined: they can. All or nothing can always.
 * @param balance HAProxy's `balance` with its parameters
 * @param shares app id -> percent
 */
export const whyNotShared = (balance: string, shares: Readonly<Record<string, number>>): string | undefined => {
  const { isExact, doesInstead = '' } = balanceTraits(balance);
  if (isExact || isAllOrNothing(shares)) return undefined;
  return `load balancing ${balance} ${doesInstead}: with it an app of a group can have 0 or 100 % only, else HAPROXY_{n}_BALANCE must be roundrobin`;
};

/** What is kept in the place of shares that cannot be: all for those with the largest one. */
export const allOrNothing = (shares: Readonly<Record<string, number>>): Readonly<Record<string, number>> => {
  const largest = Math.max(...Object.values(shares));
  return Object.fromEntries(Object.entries(shares).map(([appId, share]) => [appId, share === largest ? 100 : 0]));
};
