import { MOST_TRIES } from '../../pieces/entitlement/regex-tries.ts';
import type { Claim } from '../app-part.ts';
import { triesOfBlock } from '../block-tries.ts';
import { byPrecedence } from '../precedence.ts';
import type { RoutingBlock } from '../routing-block.ts';

/**
 * Which blocks of one frontend are asked, so that no request is held for too long by regular expressions of all the blocks that it reaches: those about its host, those
 * about a wildcard, and, where nobody has its host, those in words of their own. Who came first has what there is.
 */
export interface BlocksInTime {
  /** Its own hosts have no time left for it. */
  readonly left: ReadonlySet<Claim<RoutingBlock>>;
  /** Hosts that nobody has have no time left for it: it is asked about its own alone. */
  readonly ownOnly: ReadonlySet<Claim<RoutingBlock>>;
}

const isAboutFree = ({ parts }: RoutingBlock): boolean => parts.some(({ kind }) => kind === 'text');

/** What requests for one host may be made to pay so far. */
class Spent {
  readonly #byHost = new Map<string, number>();
  /** Any request may be for a host below one. */
  #wildcards = 0;
  #most = 0;

  take({ hosts, wildcards = [], appId, frontend }: RoutingBlock, tries: number): boolean {
    const asked = frontend === 'app-id' ? [appId] : hosts;
    const before = wildcards.length > 0 ? this.#most : Math.max(0, ...asked.map((host) => this.#byHost.get(host) ?? 0));
    if (before + this.#wildcards + tries > MOST_TRIES) return false;
    if (wildcards.length > 0) this.#wildcards += tries;
    else for (const host of asked) this.#byHost.set(host, (this.#byHost.get(host) ?? 0) + tries);
    if (wildcards.length === 0) this.#most = Math.max(this.#most, before + tries);
    return true;
  }
}

export const blocksInTime = (claims: readonly Claim<RoutingBlock>[]): BlocksInTime => {
  const left = new Set<Claim<RoutingBlock>>();
  const ownOnly = new Set<Claim<RoutingBlock>>();
  const spent = new Spent();
  let free = 0;
  for (const claim of claims.toSorted(byPrecedence)) {
    const tries = triesOfBlock(claim.value);
    if (tries === 0) continue;
    if (!spent.take(claim.value, tries)) left.add(claim);
    else if (isAboutFree(claim.value)) {
      if (free + tries > MOST_TRIES) ownOnly.add(claim);
      else free += tries;
    }
  }
  return { left, ownOnly };
};
