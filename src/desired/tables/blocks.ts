import { equal } from '../../kit/equal.ts';
import type { Problem } from '../../kit/problem.ts';
import type { Claim, IdRoute, RouteClaim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Draft } from '../draft.ts';
import { byPrecedence } from '../precedence.ts';
import type { RefusedBlock } from '../refusal.ts';
import type { RoutingBlock, SharedKind } from '../routing-block.ts';
import { blocksInTime } from './blocks-in-time.ts';

/** A claim on an entry of a map that leads to backends. */
export type MapClaim = Claim<RouteClaim> | Claim<IdRoute>;

const KINDS: readonly SharedKind[] = ['http', 'https', 'app-id'];

/** Frontends that look the claimed entry up. */
const kindsOf = ({ value }: MapClaim): readonly SharedKind[] => ('host' in value ? ['http', 'https'] : ['app-id']);

/** The host or app id that requests must have. */
const askedOf = ({ value }: MapClaim): string => ('host' in value ? value.host : value.id);

/** Requests by app id know no weights. */
const weightOf = ({ value }: Claim<RoutingBlock> | MapClaim): number => ('weight' in value ? value.weight : 0);

/** Heavier first, as Marathon-LB had the rules of ports in a shared frontend; of equal weight who has claimed it for longer. */
export const byRank = (a: Claim<RoutingBlock>, b: Claim<RoutingBlock> | MapClaim): number =>
  weightOf(b) - weightOf(a) || byPrecedence(a, b);

/** Key of the map `owned`. */
const ownKey = (kind: SharedKind, asked: string): string => `${kind === 'app-id' ? 'id' : kind}/${asked}`;

const ownKeys = ({ frontend, hosts, appId }: RoutingBlock): readonly string[] =>
  (frontend === 'app-id' ? [appId] : hosts).map((asked) => ownKey(frontend, asked));

const rankKey = (kind: SharedKind, backend: string): string => `${kind}/${backend}`;

const problemOf = ({ appId, portIndex }: Claim<RoutingBlock>, { because, label }: RefusedBlock): Problem => ({
  appId,
  portIndex,
  ...(label === undefined ? {} : { label: `HAPROXY_${portIndex}_${label}` }),
  message: `HAProxy refuses the rules of this port, and they are left out: ${because}`,
});

const LEFT =
  'the rules of this port are left out: its regular expressions together with those of older ports of the same hosts may take too long; have fewer of .* and .+ in them';
const OWN_ONLY =
  'the rules of this port are asked about its own hosts alone: for hosts that nobody has, the regular expressions of older ports take all the time that there is';

const tooSlow = ({ appId, portIndex }: Claim<RoutingBlock>, message: string): Problem => ({
  appId,
  portIndex,
  label: `HAPROXY_${portIndex}_VHOST`,
  message,
});

const asClaimed = (block: RoutingBlock): RoutingBlock => {
  const claimed: { -readonly [K in keyof RoutingBlock]: RoutingBlock[K] } = { ...block };
  delete claimed.ownOnly;
  return claimed;
};

/**
 * Rules of apps in shared frontends, and which of them come before what the maps say. A block is about its own hosts and about those that nobody has. So a
 * backend has a rank only where it shares a host with a block: how many blocks are asked before the maps are followed, up to the last such block that
 * Marathon-LB would have asked first. All other backends go by the blocks, however many there are.
 */
export class BlockTable {
  readonly #claims = new Map<string, Claim<RoutingBlock>>();
  /** In force, in order. */
  readonly #blocks = new Map<SharedKind, readonly Claim<RoutingBlock>[]>(KINDS.map((kind) => [kind, []]));
  readonly #refused = new Map<string, RefusedBlock>();
  /** What is told of those that may take too long. */
  #slow: ReadonlyMap<string, Problem> = new Map();
  /** Key of the map `owned` -> places of the blocks in force that have it. */
  #owned: ReadonlyMap<string, readonly number[]> = new Map();
  readonly #draft: Draft;
  #version = 0;
  #isSettled = true;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Another number after each change of what is in force. */
  get version(): number {
    return this.#version;
  }

  get isEmpty(): boolean {
    return this.#claims.size === 0;
  }

  /** Blocks in force of a frontend, in the order in which they are asked. */
  of(kind: SharedKind): readonly RoutingBlock[] {
    return (this.#blocks.get(kind) ?? []).map(({ value }) => value);
  }

  /** The same with whose they are. */
  claimsOf(kind: SharedKind): readonly Claim<RoutingBlock>[] {
    return this.#blocks.get(kind) ?? [];
  }

  /** To be followed by `settle`, as `refuse` is. */
  replace(before: readonly Claim<RoutingBlock>[], after: readonly Claim<RoutingBlock>[]): void {
    // An app that takes a backend over has put its rules in this place already.
    for (const claim of before) if (this.#claims.get(claim.value.name) === claim) this.#claims.delete(claim.value.name);
    for (const claim of after) this.#claims.set(claim.value.name, claim);
    for (const [key, { value }] of this.#refused) {
      const now = this.#claims.get(value.name)?.value;
      if (!equal(asClaimed(value), now)) this.#refused.delete(key);
    }
    this.#isSettled = false;
  }

  /** HAProxy does not take these. */
  refuse(refusals: readonly RefusedBlock[]): void {
    for (const refusal of refusals) this.#refused.set(refusal.value.name, refusal);
    if (refusals.length > 0) this.#isSettled = false;
  }

  /** Decides after changes of blocks which are in force, in which order, and what comes before them. `claims`: all on entries of maps. */
  settle(claims: () => Iterable<MapClaim>, change: Change): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#version += 1;
    const slow = new Map<string, Problem>();
    for (const kind of KINDS) this.#blocks.set(kind, this.#inForce(kind, slow));
    this.#slow = slow;
    this.#own(change);
    const ranks = this.#ranksOf(claims());
    for (const key of this.#draft.desired.maps.get('ranks')?.keys() ?? []) if (!ranks.has(key)) this.#setRank(key, undefined, change);
    for (const [key, rank] of ranks) this.#setRank(key, rank, change);
  }

  /** The entries that lead to a backend are others now. `claims`: all on those that do. */
  place(backend: string, claims: readonly MapClaim[], change: Change): void {
    const ranks = this.#ranksOf(claims);
    for (const kind of KINDS) this.#setRank(rankKey(kind, backend), ranks.get(rankKey(kind, backend)), change);
  }

  problems(): readonly Problem[] {
    const refused = [...this.#refused.values()].flatMap((refusal) => {
      const claim = this.#claims.get(refusal.value.name);
      return claim === undefined ? [] : [problemOf(claim, refusal)];
    });
    return [...refused, ...this.#slow.values()];
  }

  #inForce(kind: SharedKind, slow: Map<string, Problem>): readonly Claim<RoutingBlock>[] {
    const claims = [...this.#claims.values()].filter(({ value }) => value.frontend === kind && !this.#refused.has(value.name));
    const { left, ownOnly } = blocksInTime(claims);
    // What http and https have in common is told once.
    for (const claim of [...ownOnly, ...left])
      slow.set(`${claim.appId} ${claim.portIndex}`, tooSlow(claim, left.has(claim) ? LEFT : OWN_ONLY));
    return claims
      .filter((claim) => !left.has(claim))
      .map((claim) => (ownOnly.has(claim) ? { ...claim, value: { ...claim.value, ownOnly: true as const } } : claim))
      .sort(byRank);
  }

  /** Hosts and ids that an app with rules of its own has: nobody else's rules may take what nobody has by a map. */
  #own(change: Change): void {
    const owned = new Map<string, number[]>();
    // Also of rules that are refused: their hosts are somebody's.
    for (const { value } of this.#claims.values()) for (const key of ownKeys(value)) owned.set(key, []);
    for (const kind of KINDS) for (const [at, block] of this.of(kind).entries()) for (const key of ownKeys(block)) owned.get(key)?.push(at);
    for (const key of this.#owned.keys()) if (!owned.has(key)) this.#draft.setEntry('owned', key, undefined, change);
    for (const key of owned.keys()) this.#draft.setEntry('owned', key, 'true', change);
    this.#owned = owned;
  }

  #setRank(key: string, rank: number | undefined, change: Change): void {
    this.#draft.setEntry('ranks', key, rank?.toString(), change);
  }

  /** Key of the map `ranks` -> the most that one of the claims needs; nothing of those that share no host with a block. */
  #ranksOf(claims: Iterable<MapClaim>): ReadonlyMap<string, number> {
    const ranks = new Map<string, number>();
    for (const claim of claims)
      for (const kind of kindsOf(claim))
        for (const at of this.#about(kind, askedOf(claim))) {
          const key = rankKey(kind, claim.value.backend);
          ranks.set(key, Math.max(ranks.get(key) ?? 0, this.#before(kind, at, claim)));
        }
    return ranks;
  }

  /** Places of the blocks that have this host or id, or some below this wildcard. */
  #about(kind: SharedKind, asked: string): readonly number[] {
    if (kind === 'app-id' || !asked.startsWith('*')) return this.#owned.get(ownKey(kind, asked)) ?? [];
    return [...this.of(kind).entries()].flatMap(([at, { hosts, wildcards = [] }]) =>
      [...hosts, ...wildcards].some((host) => host.endsWith(asked.slice(1))) ? [at] : [],
    );
  }

  /** How many blocks are asked first so that the one at this place is, where it comes before the claim. */
  #before(kind: SharedKind, at: number, claim: MapClaim): number {
    const block = this.#blocks.get(kind)?.[at];
    return block !== undefined && byRank(block, claim) < 0 ? at + 1 : 0;
  }
}
