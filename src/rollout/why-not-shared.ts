/** The only one that gives each server its part of the requests by weights that change at run time (HAProxy 2.6 to 3.4, tried). */
const EXACT = 'roundrobin';

/** What the others do with weights, by the first word. One of four servers with a tenth of the weights got 25 % by leastconn, one request after the other. 3.4 gave a random server with a fifth of the weights 4 % of the requests, 2.6 20 %. */
const DOES_INSTEAD: Readonly<Record<string, string>> = {
  leastconn: 'goes by open connections, and by weights only where there are many of them',
  first: 'fills one server after the other, whatever its weight',
  random: 'is by chance, and not near enough to weights',
};

const doesInstead = (balance: string): string => DOES_INSTEAD[/^[a-z-]*/.exec(balance)?.[0] ?? ''] ?? 'takes weights by a reload only';

const isAllOrNothing = (shares: Readonly<Record<string, number>>): boolean =>
  Object.values(shares).every((share) => share === 0 || share === 100);

/**
 * Why these shares cannot be kept by weights of servers, for people; undefined: they can. All or nothing can always.
 * @param balance HAProxy's `balance` with its parameters
 * @param shares app id -> percent
 */
export const whyNotShared = (balance: string, shares: Readonly<Record<string, number>>): string | undefined => {
  if (balance === EXACT || isAllOrNothing(shares)) return undefined;
  return `load balancing ${balance} ${doesInstead(balance)}: with it an app of a group can have 0 or 100 % only, else HAPROXY_{n}_BALANCE must be ${EXACT}`;
};

/** What is kept in the place of shares that cannot be: all for those with the largest one. */
export const allOrNothing = (shares: Readonly<Record<string, number>>): Readonly<Record<string, number>> => {
  const largest = Math.max(...Object.values(shares));
  return Object.fromEntries(Object.entries(shares).map(([appId, share]) => [appId, share === largest ? 100 : 0]));
};

/** Whether servers are told by weights what they take; else by states: all that others do is use them or not. */
export const isByWeights = (balance: string): boolean => balance === EXACT;
