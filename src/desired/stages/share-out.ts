import { balanceTraits, type BalanceTraits } from '../../rollout/balance-traits.ts';
import type { GroupShares } from '../../rollout/shares.ts';
import { type AppWeights, sharesInForce, split, type SplitApp } from '../../rollout/split.ts';
import { allOrNothing, whyNotShared } from '../../rollout/why-not-shared.ts';
import type { Server } from '../desired.ts';
import { asOrdered, counts, drained, type Ordered, orderedWith } from '../ordered.ts';
import { type Context, type PortDraft, problem, type Unsplit } from '../port-draft.ts';

interface Rules {
  readonly shares: GroupShares;
  /** As far as they can be kept. */
  readonly kept: Readonly<Record<string, number>>;
  readonly traits: BalanceTraits;
}

/** What a server has that its app's share leaves nothing for: clients that belong to it stay, unless the app was given up. */
const withoutShare = (server: Server, isClosed: boolean, { traits: { isDynamic, isExact } }: Rules): Server => {
  if (isClosed) return { ...server, state: 'maint', ...(isDynamic ? { weight: 0 } : {}) };
  return isExact ? { ...server, weight: 0 } : drained(server, isDynamic);
};

const splitApp = (appId: string, ordered: readonly Ordered[], { shares, kept }: Rules): SplitApp => {
  const own = ordered.filter((one) => one.appId === appId);
  const away = own.filter(({ isAway }) => isAway).length;
  return { share: kept[appId] ?? 0, isClosed: shares.closed.includes(appId), serving: own.length - away, away };
};

/** Hands out the weights of one app, to the servers with the lowest ids first: that one comes or goes changes little for the others. */
const handOut = (ordered: readonly Ordered[], { serving, away }: AppWeights): ReadonlyMap<string, number> => {
  const own = [...ordered].sort((a, b) => a.server.id - b.server.id);
  const left = serving.values();
  return new Map(own.map(({ server, isAway }) => [server.name, isAway ? away : (left.next().value ?? 0)]));
};

/** What the split leaves for one app. */
interface Part {
  readonly takes: boolean;
  /** Weights by the names of servers; of those that are not in here `away`. */
  readonly handed: ReadonlyMap<string, number>;
  readonly away: number;
}

const partsOf = (counted: readonly Ordered[], appIds: readonly string[], rules: Rules): ReadonlyMap<string, Part> => {
  const weights = split(appIds.map((appId) => splitApp(appId, counted, rules)));
  return new Map(
    appIds.map((appId, index) => {
      const { takes, away, serving } = weights[index] ?? { takes: false, away: 0, serving: [] };
      const handed = handOut(
        counted.filter((one) => one.appId === appId),
        { takes, away, serving },
      );
      return [appId, { takes: takes || away > 0, handed, away }];
    }),
  );
};

interface Counted {
  readonly counted: readonly Ordered[];
  /** By some that are not about to end. */
  readonly isServed: boolean;
  readonly appIds: readonly string[];
}

/** What a rollout is about to end counts only where nobody else serves. */
const countedOf = (all: readonly Ordered[]): Counted => {
  const staying = all.filter((one) => counts(one) && !one.isEnding);
  const isServed = staying.some(({ isAway }) => !isAway);
  return { counted: isServed ? staying : all.filter(counts), isServed, appIds: [...new Set(all.map(({ appId }) => appId))].sort() };
};

/** For whoever splits in another way than by weights. */
const unsplit = (all: readonly Ordered[], ending: readonly Ordered[], rules: Rules): Unsplit => {
  const { isDynamic } = rules.traits;
  const { counted, isServed, appIds } = countedOf(all);
  const settle = (one: Ordered): Server =>
    asOrdered(one, isDynamic) ?? (one.isEnding && isServed ? drained(one.server, isDynamic) : one.server);
  const byShares = { ...rules, kept: rules.shares.shares };
  const shares = sharesInForce(appIds.map((appId) => splitApp(appId, counted, byShares)));
  return {
    servers: all.map(settle),
    ending: ending.map(settle),
    shares: new Map(appIds.map((appId, index) => [appId, shares[index] ?? 0])),
  };
};

/** The servers of a group by its shares. */
const shared = (all: readonly Ordered[], rules: Rules): ((one: Ordered) => Server) => {
  const { counted, isServed, appIds } = countedOf(all);
  const parts = partsOf(counted, appIds, rules);
  const { isDynamic, isExact } = rules.traits;
  return (one) => {
    const { server, appId, isEnding } = one;
    const ordered = asOrdered(one, isDynamic);
    if (ordered !== undefined) return ordered;
    if (isEnding && isServed) return drained(server, isDynamic);
    const part = parts.get(appId);
    if (part?.takes !== true) return withoutShare(server, rules.shares.closed.includes(appId), rules);
    return isExact ? { ...server, weight: part.handed.get(server.name) ?? part.away } : server;
  };
};

const rulesOf = (shares: GroupShares, draft: PortDraft, context: Context): Rules => {
  const balance = draft.profile?.balance ?? '';
  const because = whyNotShared(balance, shares.shares);
  const kept = because === undefined ? shares.shares : allOrNothing(shares.shares);
  // Visitors are told apart before any server is chosen.
  const isByVisitor = shares.splitBy === 'user' && draft.mode === 'http';
  if (because !== undefined && !isByVisitor)
    draft.problems.push(problem(context, draft, 'BALANCE', `${because}: all goes to the largest one`));
  return { shares, kept, traits: balanceTraits(balance) };
};

/** Weights and states of the servers of a group whose traffic is shared out, in the place of those that deployment tools ask for. */
export const shareOut = (draft: PortDraft, context: Context): void => {
  const { decided, group } = context;
  if (decided === undefined || group?.shares === undefined || draft.profile === undefined || draft.inMaintenance === true) return;
  const ordered = draft.servers.map(orderedWith(draft, decided));
  const ending = draft.ending.map(orderedWith(draft, decided)).filter(counts);
  const rules = rulesOf(group.shares, draft, context);
  const settle = shared(ordered, rules);
  draft.alone = unsplit(ordered, ending, rules);
  draft.isShared = true;
  draft.servers = ordered.map(settle);
  draft.ending = ending.map(settle);
};
