import type { ZddApp, ZddTask } from './app.ts';
import type { Row } from './read-statistics.ts';
import { backendNames, cleanName, isByHostAndPort, namesOf } from './server-names.ts';

/** One balancer as it was last seen. */
export interface Balancer {
  /** 'http://10.0.0.1:9090' */
  readonly place: string;
  readonly rows: readonly Row[];
  /** Worker processes that a reload has replaced may still send requests to servers that are drained. */
  readonly hasOldWorkers: boolean;
}

/** What the servers of one task are in all balancers together. */
export interface Standing {
  /** Balancers in which it takes traffic. */
  readonly serving: number;
  /** Balancers that send it nothing new, and of these the ones in which nothing goes on. */
  readonly out: number;
  readonly idle: number;
  /** Connections and requests that are still with it. */
  readonly sessions: number;
}

/** Servers without checks are 'no check', and one that a check has just failed is 'UP 1/3'. */
const isServing = ({ status }: Row): boolean => status === 'UP' || status.startsWith('UP ') || status === 'no check';
const isOut = ({ status }: Row): boolean => status === 'MAINT';
const isIdle = ({ queued, sessions }: Row): boolean => queued === 0 && sessions === 0;

/** A server as the group's backend has it, and what it has in those that stand beside that for one app: visitors' connections are there. */
interface Places {
  readonly row: Row;
  readonly beside: readonly Row[];
}

const isServer = ({ server }: Row): boolean => server !== 'FRONTEND' && server !== 'BACKEND';

const isBeside = ({ backend }: Row, backends: ReadonlySet<string>): boolean =>
  [...backends].some((name) => backend.startsWith(`${name}_`) && !backends.has(backend));

/** The group's servers, by their names. */
const serversIn = ({ rows }: Balancer, backends: ReadonlySet<string>): ReadonlyMap<string, Places> => {
  const servers = rows.filter(isServer);
  // Marathon-LBs differed in what of a host's name they kept.
  const beside = Map.groupBy(
    servers.filter((row) => isBeside(row, backends)),
    ({ server }) => cleanName(server),
  );
  const own = servers.filter(({ backend }) => backends.has(backend));
  return new Map(own.map((row) => [cleanName(row.server), { row, beside: beside.get(cleanName(row.server)) ?? [] }]));
};

const placesOf = (app: ZddApp, task: ZddTask, servers: ReadonlyMap<string, Places>): readonly Places[] => {
  const exact = namesOf(app, task).flatMap((name) => servers.get(name) ?? []);
  if (exact.length > 0) return exact;
  return servers
    .entries()
    .filter(([name]) => isByHostAndPort(name, task))
    .map(([, places]) => places)
    .toArray();
};

const rowsOf = ({ row, beside }: Places): readonly Row[] => [row, ...beside];

/** Of one task, by its places in each balancer. */
const standingOf = (inEach: readonly (readonly Places[])[]): Standing => ({
  serving: inEach.filter((places) => places.some(({ row }) => isServing(row))).length,
  out: inEach.filter((places) => places.length > 0 && places.every(({ row }) => isOut(row))).length,
  idle: inEach.filter((places) => places.length > 0 && places.every((one) => isOut(one.row) && rowsOf(one).every(isIdle))).length,
  sessions: inEach
    .flat()
    .flatMap(rowsOf)
    .reduce((sum, { queued, sessions }) => sum + queued + sessions, 0),
});

/** How the tasks of the apps of a group stand, by task id. */
export const standingsOf = (apps: readonly ZddApp[], balancers: readonly Balancer[]): ReadonlyMap<string, Standing> => {
  const backends = backendNames(apps);
  const servers = balancers.map((balancer) => serversIn(balancer, backends));
  return new Map(
    apps.flatMap((app) => app.tasks.map((task) => [task.id, standingOf(servers.map((one) => placesOf(app, task, one)))] as const)),
  );
};
