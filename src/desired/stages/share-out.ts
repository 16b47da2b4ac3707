import type { GroupShares } from '../../rollout/shares.ts';
import { type AppWeights, sharesInForce, split, type SplitApp } from '../../rollout/split.ts';
import { allOrNothing, isByWeights, whyNotShared } from '../../rollout/why-not-shared.ts';
import type { Server } from '../desired.ts';
import { type Context, type Decided, type PortDraft, problem, servedAs, type ServerPlace, type Unsplit } from '../port-draft.ts';
import { takesServers } from '../profile.ts';

/** A server with what is to become of it. */
interface Ordered {
  readonly server: Server;
  readonly appId: string;
  /** out: nothing new for it. Absent: as the split has it. */
  readonly order?: 'out' | { readonly weight: number };
  /** A rollout is about to end its task: nothing new for it as long as anybody else serves. */
  readonly isEnding: boolean;
  /** It is down, by Marathon or by HAProxy. */
  readonly isAway: boolean;
}

const orderOf = ({ orders }: Decided, { task }: ServerPlace): Ordered['order'] => {
  if (orders.isOrderedOut(task)) return 'out';
  const weight = orders.weightOf(task.id);
  return weight === undefined ? undefined : { weight };
};

const orderedWith = (draft: PortDraft, decided: Decided): ((server: Server) => Ordered) => {
  const places = new Map(draft.places.map((place) => [place.name, place]));
  const down = decided.down.get(draft.name);
  return (server) => {
    const place = places.get(server.name);
    if (place === undefined) throw new Error(`no task is behind the server ${server.name}`);
    const order = orderOf(decided, place);
    return {
      server,
      appId: place.appId,
      ...(order === undefined ? {} : { order }),
      isEnding: decided.orders.isEnding(place.task.id),
      isAway: server.state !== 'ready' || server.startsDown || down?.has(server.name) === true,
    };
  };
};

/** It takes part in the split. */
const counts = ({ order }: Ordered): boolean => order === undefined || (order !== 'out' && order.weight > 0);

/** Nothing new: to be seen as such also where weights tell it already, and by weight from the first request of a new worker on. */
const drained = (server: Server, takesWeights: boolean): Server =>
  server.state === 'maint' ? server : { ...server, state: 'drain', ...(takesWeights ? { weight: 0 } : {}) };

/** What operators have ordered for single servers goes before everything. */
const asOrdered = ({ server, order }: Ordered, takesWeights: boolean): Server | undefined => {
  if (order === undefined) return undefined;
  if (order === 'out' || (order.weight === 0 && !takesWeights)) return drained(server, takesWeights);
  return takesWeights ? { ...server, weight: order.weight } : server;
};

interface Rules {
  readonly shares: GroupShares;
  /** As far as they can be kept. */
  readonly kept: Readonly<Record<string, number>>;
  readonly byWeights: boolean;
  readonly takesWeights: boolean;
}

/** What a server has that its app's share leaves nothing for: clients that belong to it stay, unless the app was given up. */
const withoutShare = (server: Server, isClosed: boolean, { byWeights, takesWeights }: Rules): Server => {
  if (isClosed) return { ...server, state: 'maint', ...(takesWeights ? { weight: 0 } : {}) };
  return byWeights ? { ...server, weight: 0 } : drained(server, takesWeights);
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
  const { counted, isServed, appIds } = countedOf(all);
  const settle = (one: Ordered): Server =>
    asOrdered(one, rules.takesWeights) ?? (one.isEnding && isServed ? drained(one.server, rules.takesWeights) : one.server);
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
  return (one) => {
    const { server, appId, isEnding } = one;
    const ordered = asOrdered(one, rules.takesWeights);
    if (ordered !== undefined) return ordered;
    if (isEnding && isServed) return drained(server, rules.takesWeights);
    const part = parts.get(appId);
    if (part?.takes !== true) return withoutShare(server, rules.shares.closed.includes(appId), rules);
    return rules.byWeights ? { ...server, weight: part.handed.get(server.name) ?? part.away } : server;
  };
};

const rulesOf = (shares: GroupShares, draft: PortDraft, context: Context, takesWeights: boolean): Rules => {
  const balance = draft.profile?.balance ?? '';
  const because = whyNotShared(balance, shares.shares);
  const kept = because === undefined ? shares.shares : allOrNothing(shares.shares);
  // Visitors are told apart before any server is chosen.
  const isByVisitor = shares.splitBy === 'user' && draft.mode === 'http';
  if (because !== undefined && !isByVisitor)
    draft.problems.push(problem(context, draft, 'BALANCE', `${because}: all goes to the largest one`));
  return { shares, kept, byWeights: isByWeights(balance), takesWeights };
};

const isInMaintenance = ({ orders }: Decided, context: Context): boolean =>
  orders.isInMaintenance(servedAs(context)) || context.entries.some(({ app }) => orders.isInMaintenance(app.id));

const closeAll = (draft: PortDraft): void => {
  draft.inMaintenance = true;
  draft.servers = draft.servers.map((server) => ({ ...server, state: 'maint' as const }));
  draft.ending = [];
  draft.alone = { servers: draft.servers, ending: [], shares: new Map() };
};

/** Weights and states as operators and the controller have decided, in the place of those that tasks and deployment tools ask for. */
export const shareOut = (draft: PortDraft, context: Context): void => {
  const { decided, group } = context;
  if (decided === undefined || draft.profile === undefined) return;
  if (isInMaintenance(decided, context)) {
    closeAll(draft);
    return;
  }
  const takesWeights = takesServers(draft.profile.name);
  const ordered = draft.servers.map(orderedWith(draft, decided));
  const ending = draft.ending.map(orderedWith(draft, decided)).filter(counts);
  if (group?.shares === undefined) {
    const settle = (one: Ordered): Server =>
      asOrdered(one, takesWeights) ?? (one.isEnding ? drained(one.server, takesWeights) : one.server);
    draft.servers = ordered.map(settle);
    draft.ending = ending.filter(({ isEnding }) => !isEnding).map(settle);
    return;
  }
  const rules = rulesOf(group.shares, draft, context, takesWeights);
  const settle = shared(ordered, rules);
  draft.alone = unsplit(ordered, ending, rules);
  draft.isShared = true;
  draft.servers = ordered.map(settle);
  draft.ending = ending.map(settle);
};
