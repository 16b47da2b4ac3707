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

/** Rows of the group's servers, by their names. */
const serversIn = ({ rows }: Balancer, backends: ReadonlySet<string>): ReadonlyMap<string, Row> =>
  new Map(
    rows
      .filter(({ backend, server }) => backends.has(backend) && server !== 'FRONTEND' && server !== 'BACKEND')
      // Marathon-LBs differed in what of a host's name they kept.
      .map((row) => [cleanName(row.server), row]),
  );

const rowsOf = (app: ZddApp, task: ZddTask, servers: ReadonlyMap<string, Row>): readonly Row[] => {
  const exact = namesOf(app, task).flatMap((name) => servers.get(name) ?? []);
  if (exact.length > 0) return exact;
  return servers
    .entries()
    .filter(([name]) => isByHostAndPort(name, task))
    .map(([, row]) => row)
    .toArray();
};

/** Of one task, by its rows in each balancer. */
const standingOf = (inEach: readonly (readonly Row[])[]): Standing => ({
  serving: inEach.filter((rows) => rows.some(isServing)).length,
  out: inEach.filter((rows) => rows.length > 0 && rows.every(isOut)).length,
  idle: inEach.filter((rows) => rows.length > 0 && rows.every((row) => isOut(row) && isIdle(row))).length,
  sessions: inEach.flat().reduce((sum, { queued, sessions }) => sum + queued + sessions, 0),
});

/** How the tasks of the apps of a group stand, by task id. */
export const standingsOf = (apps: readonly ZddApp[], balancers: readonly Balancer[]): ReadonlyMap<string, Standing> => {
  const backends = backendNames(apps);
  const servers = balancers.map((balancer) => serversIn(balancer, backends));
  return new Map(
    apps.flatMap((app) => app.tasks.map((task) => [task.id, standingOf(servers.map((one) => rowsOf(app, task, one)))] as const)),
  );
};
