/** What HAProxy's `balance` lets be done to servers at run time (2.6 to 3.4). */
export interface BalanceTraits {
  /** Servers come and go, and their weights are set. Others take that by a reload. */
  readonly isDynamic: boolean;
  /** A weight that is set changes what a server gets. */
  readonly heedsWeights: boolean;
  /** Each server gets its part of the requests by its weight. */
  readonly isExact: boolean;
  /** What it does with weights instead, for people; absent: it is exact. */
  readonly doesInstead?: string;
}

/** By the first word. One of four servers with a tenth of the weights got 25 % by leastconn, one request after the other. 3.4 gave a random server with a fifth of the weights 4 % of the requests, 2.6 20 %. */
const TRAITS: Readonly<Record<string, BalanceTraits>> = {
  roundrobin: { isDynamic: true, heedsWeights: true, isExact: true },
  leastconn: {
    ...{ isDynamic: true, heedsWeights: true, isExact: false },
    doesInstead: 'goes by open connections, and by weights only where there are many of them',
  },
  first: { isDynamic: true, heedsWeights: false, isExact: false, doesInstead: 'fills one server after the other, whatever its weight' },
  random: { isDynamic: true, heedsWeights: true, isExact: false, doesInstead: 'is by chance, and not near enough to weights' },
};

/** HAProxy 2.6 management guide, `add server`: a dynamic algorithm is required. */
const STATIC: BalanceTraits = { isDynamic: false, heedsWeights: false, isExact: false, doesInstead: 'takes weights by a reload only' };

/** @param balance HAProxy's words, or the first of them */
export const balanceTraits = (balance: string): BalanceTraits => TRAITS[/^[a-z-]*/.exec(balance)?.[0] ?? ''] ?? STATIC;
