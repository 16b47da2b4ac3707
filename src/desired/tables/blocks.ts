import { equal } from '../../kit/equal.ts';
import type { Problem } from '../../kit/problem.ts';
import type { Claim } from '../app-part.ts';
import type { Change } from '../change.ts';
import type { Draft } from '../draft.ts';
import { byPrecedence } from '../precedence.ts';
import type { RefusedBlock } from '../refusal.ts';
import type { RoutingBlock, SharedKind } from '../routing-block.ts';

type Weighted = Claim<{ readonly weight: number; readonly backend: string }>;

/** Heavier first, as Marathon-LB had the rules of ports in a shared frontend; of equal weight who has claimed it for longer. */
const byRank = (a: Weighted, b: Weighted): number => b.value.weight - a.value.weight || byPrecedence(a, b);

interface Mapped {
  readonly kind: SharedKind;
  readonly claim: Weighted;
  readonly claims: number;
}

const ownKeys = ({ frontend, hosts, appId }: RoutingBlock): readonly string[] =>
  frontend === 'app-id' ? [`id/${appId}`] : hosts.map((host) => `${frontend}/${host}`);

const KINDS: readonly SharedKind[] = ['http', 'https', 'app-id'];

const problemOf = ({ appId, portIndex }: Claim<RoutingBlock>, { because, label }: RefusedBlock): Problem => ({
  appId,
  portIndex,
  ...(label === undefined ? {} : { label: `HAPROXY_${portIndex}_${label}` }),
  message: `HAProxy refuses the rules of this port, and they are left out: ${because}`,
});

/**
 * Rules of apps in shared frontends, and which of them come before what the maps say: for each backend with entries in maps, how many blocks
 * of each frontend Marathon-LB would have asked first. No block, no entry.
 */
export class BlockTable {
  readonly #claims = new Map<string, Claim<RoutingBlock>>();
  /** In force, in order. */
  readonly #blocks = new Map<SharedKind, readonly Claim<RoutingBlock>[]>(KINDS.map((kind) => [kind, []]));
  readonly #refused = new Map<string, RefusedBlock>();
  /** '<frontend>/<backend>' -> rank of what leads to it by maps, with the number of such claims. */
  readonly #mapped = new Map<string, Mapped>();
  /** Key of the map `owned` -> number of blocks. */
  readonly #owned = new Map<string, number>();
  readonly #draft: Draft;
  #version = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Another number after each change of what is in force. */
  get version(): number {
    return this.#version;
  }

  /** Blocks in force of a frontend, in the order in which they are asked. */
  of(kind: SharedKind): readonly RoutingBlock[] {
    return (this.#blocks.get(kind) ?? []).map(({ value }) => value);
  }

  replace(before: readonly Claim<RoutingBlock>[], after: readonly Claim<RoutingBlock>[], change: Change): void {
    for (const { value } of before) this.#claims.delete(value.name);
    for (const claim of after) this.#claims.set(claim.value.name, claim);
    for (const { value } of before) this.#own(value, -1, change);
    for (const { value } of after) this.#own(value, 1, change);
    for (const [key, { value }] of this.#refused) if (!equal(value, this.#claims.get(value.name)?.value)) this.#refused.delete(key);
    this.#settle(change);
  }

  /** HAProxy does not take these. */
  refuse(refusals: readonly RefusedBlock[], change: Change): void {
    for (const refusal of refusals) this.#refused.set(refusal.value.name, refusal);
    if (refusals.length > 0) this.#settle(change);
  }

  /** Claims on entries of the maps of some frontends, in place of those that were. */
  place(kinds: readonly SharedKind[], before: readonly Weighted[], after: readonly Weighted[], change: Change): void {
    for (const kind of kinds) {
      for (const claim of before) this.#count(kind, claim, -1);
      for (const claim of after) this.#count(kind, claim, 1);
      for (const backend of new Set([...before, ...after].map(({ value }) => value.backend))) this.#rank(`${kind}/${backend}`, change);
    }
  }

  problems(): readonly Problem[] {
    return [...this.#refused.values()].flatMap((refusal) => {
      const claim = this.#claims.get(refusal.value.name);
      return claim === undefined ? [] : [problemOf(claim, refusal)];
    });
  }

  /** Looks at all blocks and all backends: a block comes or goes by a reload anyway. */
  #settle(change: Change): void {
    this.#version += 1;
    for (const kind of KINDS) {
      const claims = [...this.#claims.values()].filter(({ value }) => value.frontend === kind && !this.#refused.has(value.name));
      this.#blocks.set(kind, claims.sort(byRank));
    }
    for (const key of this.#mapped.keys()) this.#rank(key, change);
  }

  /** Hosts and ids that an app with rules of its own has: nobody else's rules may take what nobody has by a map. */
  #own(block: RoutingBlock, by: 1 | -1, change: Change): void {
    for (const key of ownKeys(block)) {
      const count = (this.#owned.get(key) ?? 0) + by;
      if (count === 0) this.#owned.delete(key);
      else this.#owned.set(key, count);
      this.#draft.setEntry('owned', key, count === 0 ? undefined : 'true', change);
    }
  }

  #count(kind: SharedKind, claim: Weighted, by: 1 | -1): void {
    const key = `${kind}/${claim.value.backend}`;
    const known = this.#mapped.get(key);
    const claims = (known?.claims ?? 0) + by;
    if (claims === 0) this.#mapped.delete(key);
    else this.#mapped.set(key, { kind, claim: by === 1 || known === undefined ? claim : known.claim, claims });
  }

  #rank(key: string, change: Change): void {
    const mapped = this.#mapped.get(key);
    const before = mapped === undefined ? 0 : this.#before(mapped.kind, mapped.claim);
    this.#draft.setEntry('ranks', key, before === 0 ? undefined : String(before), change);
  }

  /** How many blocks of the frontend come first. */
  #before(kind: SharedKind, mapped: Weighted): number {
    const blocks = this.#blocks.get(kind) ?? [];
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (byRank(blocks[middle] as Claim<RoutingBlock>, mapped) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
