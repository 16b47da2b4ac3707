import { compare } from '../kit/compare.ts';
import type { Problem } from '../kit/problem.ts';
import { type Deployment, readDeployment } from '../labels/deployment.ts';
import { isForUs } from '../labels/read.ts';
import type { App } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';
import type { Task } from '../model/task.ts';
import type { GroupShares } from '../rollout/shares.ts';
import type { BuildOptions } from './options.ts';

/** Apps that are served as one, while one of them replaces the others (blue and green). */
export interface DeploymentGroup {
  /** '/nginx': what their backends are named after, and what clients ask for by app id. That of `entry`, where the group's is another app's. */
  readonly id: string;
  /** The app whose definition counts: its labels, ports and checks. */
  readonly entry: AppEntry;
  /** The apps whose tasks serve besides those of `entry`. */
  readonly others: readonly AppEntry[];
  /** The app that replaces the others; undefined: there is but one. */
  readonly newAppId: string | undefined;
  /** Ids of the tasks that get nothing new: as many as new ones serve in their place. */
  readonly drained: ReadonlySet<string>;
  /** How traffic is shared out among its apps; absent: as deployment tools have it, by numbers of instances and `drained`. */
  readonly shares?: GroupShares;
  /** Of every app that is in it. */
  readonly problems: readonly Problem[];
}

interface Member {
  readonly entry: AppEntry;
  readonly deployment: Deployment;
}

/** Oldest first. Of two that began at one time, that with the later id counts as the older one: Marathon-LB took the one that was listed later. */
const byAge = (a: Member, b: Member): number => {
  const { startedAt } = a.deployment;
  // Two that have no date are as old: their difference is no number.
  if (startedAt !== b.deployment.startedAt) return startedAt < b.deployment.startedAt ? -1 : 1;
  return compare(b.entry.app.id, a.entry.app.id);
};

/** A tool that goes back scales the older app up again: then the older one replaces the newer. */
const isGoingBack = ({ entry: { app }, deployment }: Member, older: readonly Member[]): boolean => {
  const { lastScalingAt } = app;
  if (!deployment.isStepwise || lastScalingAt === undefined) return false;
  return older.some((member) => compare(member.entry.app.lastScalingAt ?? '', lastScalingAt) > 0);
};

/** Marathon-LB counted instances of an app without checks before they ran. */
const countServing = ({ app, tasks }: AppEntry, compat: BuildOptions['compat']): number => {
  const isChecked = app.healthChecks.length > 0;
  if (!isChecked && compat === 'strict') return app.instances;
  const serves = ({ host, state, health }: Task): boolean =>
    host !== '' && state === 'TASK_RUNNING' && (!isChecked || health === 'healthy');
  return tasks.values().filter(serves).toArray().length;
};

/** Without a tool that counts, one instance of the whole group is kept. */
const LEAST_TARGET = 1;

/** Marathon-LB 5.9: as many old tasks as new ones serve, and never so many that less than the target is left. */
const drainedTasks = (
  fresh: Member,
  old: readonly Member[],
  target: number | undefined,
  compat: BuildOptions['compat'],
): ReadonlySet<string> => {
  if (target === undefined) return new Set();
  const serving = countServing(fresh.entry, compat);
  const instances = old.reduce((sum, { entry }) => sum + entry.app.instances, 0);
  const count = Math.min(serving, Math.max(0, serving + instances - target));
  const ids = old.flatMap(({ entry }) => [...entry.tasks.keys()].sort());
  return new Set(ids.slice(0, count));
};

const alone = (id: string, { entry, deployment }: Member): DeploymentGroup => ({
  id,
  entry,
  others: [],
  newAppId: undefined,
  drained: new Set(),
  problems: deployment.problems,
});

/** An id is Marathon's to give, and a group is but a label: it takes no name from an app that has not given it. */
const withOwnId = (group: DeploymentGroup, holder: string, members: readonly Member[]): DeploymentGroup => {
  const id = group.entry.app.id;
  const message = `HAPROXY_DEPLOYMENT_GROUP is ${group.id}, and that name is the app ${holder}'s, which does not say so itself: it is served as ${id}`;
  const told = members.map(({ entry }): Problem => ({ appId: entry.app.id, label: 'HAPROXY_DEPLOYMENT_GROUP', message }));
  return { ...group, id, problems: [...group.problems, ...told] };
};

/** What one of its apps is told. */
export const problemsOfMember = (app: App, { problems }: DeploymentGroup, { groups }: Pick<BuildOptions, 'groups'>): readonly Problem[] =>
  isForUs(app, groups) ? problems.filter(({ appId }) => appId === app.id) : [];

const merged = (id: string, members: readonly Member[], { compat }: Pick<BuildOptions, 'compat'>): DeploymentGroup => {
  const [oldest] = members;
  const newest = members.at(-1);
  if (oldest === undefined || newest === undefined) throw new Error(`deployment group ${id} has no app`);
  if (oldest === newest) return alone(id, oldest);
  const older = members.slice(0, -1);
  const goesBack = isGoingBack(newest, older);
  // Back to the youngest of the older ones.
  const fresh = goesBack ? (older.at(-1) as Member) : newest;
  const old = members.filter((member) => member !== fresh);
  const target = newest.deployment.isStepwise ? (fresh.deployment.target ?? newest.deployment.target) : LEAST_TARGET;
  // The definition is the oldest app's for as long as there is that app: Marathon-LB changed it to and fro with the direction.
  const defining = compat === 'strict' ? (old[0] as Member) : oldest;
  return {
    id,
    entry: defining.entry,
    others: members.filter((member) => member !== defining).map(({ entry }) => entry),
    newAppId: fresh.entry.app.id,
    drained: drainedTasks(fresh, old, target, compat),
    problems: members.flatMap(({ deployment }) => deployment.problems),
  };
};

const NONE: ReadonlySet<string> = new Set();

/** What is shared out is not drained by counting: both at once would be neither. */
const withShares = (group: DeploymentGroup, shares: GroupShares | undefined): DeploymentGroup =>
  shares === undefined ? group : { ...group, drained: NONE, shares };

/** What is known about a group besides what its apps say. */
export interface GroupFacts {
  /** An app that has its id, and does not say itself that it is in it; absent: none. */
  readonly holder?: string | undefined;
  readonly shares?: GroupShares | undefined;
}

/**
 * The apps of one deployment group as one. Pure, and the same in whatever order they come.
 * @param entries one or more
 */
export const mergeGroup = (
  id: string,
  entries: readonly AppEntry[],
  options: Pick<BuildOptions, 'compat'>,
  { holder, shares }: GroupFacts = {},
): DeploymentGroup => {
  const members = entries.map((entry): Member => ({ entry, deployment: readDeployment(entry.app) })).sort(byAge);
  const group = withShares(merged(id, members, options), shares);
  return holder === undefined ? group : withOwnId(group, holder, members);
};
