import type { GroupShares } from '../shares.ts';
import { whyNotShared } from '../why-not-shared.ts';
import { refuse, type Refusal } from '../refusal.ts';

/** A backend that carries the traffic of a group. */
export interface Carrier {
  readonly backend: string;
  /** HAProxy's `balance` with its parameters. */
  readonly balance: string;
  readonly mode: 'http' | 'tcp';
  /** At run time. */
  readonly takesWeights: boolean;
}

/** Why these shares cannot be kept by all that carry them; undefined: they can. */
export const whyNotCarried = (
  carriers: readonly Carrier[],
  { shares, splitBy }: Pick<GroupShares, 'shares' | 'splitBy'>,
): Refusal | undefined => {
  for (const { backend, balance, mode } of carriers) {
    // Visitors are told apart before any server is chosen.
    if (splitBy === 'user' && mode === 'http') continue;
    const because = whyNotShared(balance, shares);
    if (because !== undefined) return refuse('REFUSED', `backend ${backend}: ${because}`);
  }
  return undefined;
};
