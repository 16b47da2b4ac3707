import type { DeploymentGroup } from '../desired/deployment-group.ts';
import type { Server } from '../desired/desired.ts';
import type { ObservedServer } from '../plan/observed.ts';
import type { Orders } from '../rollout/orders.ts';

/** Whose server it is. */
export interface Owner {
  readonly appId: string;
  readonly taskId: string;
  /** Of its agent. */
  readonly host: string;
}

/** What is decided about an app and those that it is served with. */
export interface ServedBy {
  readonly group?: DeploymentGroup | undefined;
  /** Absent: nobody has decided anything. */
  readonly orders?: Orders | undefined;
}

const left = ({ connections }: ObservedServer): string => `${connections} connections are left to end`;

const whyDrained = (is: ObservedServer): string => {
  if (is.state !== 'maint') return 'it is to be drained, and serves on until a task of the new app does in its place';
  return `it is drained: a task of the new app of its deployment group serves in its place; ${left(is)}`;
};

/** What somebody has ordered for this very task, or for all of its app. */
const whyOrdered = ({ appId, taskId, host }: Owner, is: ObservedServer, { group, orders }: ServedBy): string | undefined => {
  if (orders === undefined) return undefined;
  const ids = group === undefined ? [appId] : [group.id, ...[group.entry, ...group.others].map(({ app }) => app.id)];
  if (ids.some((id) => orders.isInMaintenance(id))) return 'maintenance was ordered: nobody is served';
  if (orders.isOrderedOut({ id: taskId, host })) return `it is drained by order; ${left(is)}`;
  const weight = orders.weightOf(taskId);
  if (weight !== undefined) return `its weight, ${weight}, was ordered`;
  return orders.isEnding(taskId) ? `a rollout drains it, to end it; ${left(is)}` : undefined;
};

const whyShared = ({ appId }: Owner, { weight, state }: Server, { group }: ServedBy): string | undefined => {
  if (group?.shares === undefined) return undefined;
  const { shares, closed } = group.shares;
  const share = `${appId} is to have ${shares[appId] ?? 0} % of the traffic`;
  if (closed.includes(appId)) return `${share}: it was given up`;
  if (state !== 'ready' || weight === 0) return `${share}: it gets nothing new here`;
  if ((shares[appId] ?? 0) === 0) return `${share}, and takes all the same, for no app that is to have any serves: its weight is ${weight}`;
  return `${share}: its weight is ${weight}`;
};

const withHealth = (words: string, is: ObservedServer): string =>
  is.state === 'ready' && !is.up ? `${words}; its health check in HAProxy fails` : words;

const whyInService = (is: ObservedServer): string => {
  if (is.state !== 'ready') return `HAProxy has it in ${is.state}`;
  if (is.up) return 'it takes traffic';
  return is.unchecked === true ? 'it waits for its first health check in HAProxy' : 'its health check in HAProxy fails';
};

/** Why a server is as it is, for people. `owner` undefined: no task that Marathon tells of has its place. */
export const whyServer = (
  server: Server | undefined,
  is: ObservedServer | undefined,
  owner: Owner | undefined,
  servedBy: ServedBy,
): string => {
  if (is === undefined) return 'it is not in HAProxy yet';
  if (server === undefined) return is.connections > 0 ? `its task is gone or ending; ${left(is)}` : 'its task is gone or ending';
  const decided = owner === undefined ? undefined : (whyOrdered(owner, is, servedBy) ?? whyShared(owner, server, servedBy));
  if (decided !== undefined) return withHealth(decided, is);
  return server.state === 'maint' ? whyDrained(is) : whyInService(is);
};
