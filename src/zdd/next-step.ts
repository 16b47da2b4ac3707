import type { ZddApp, ZddTask } from './app.ts';
import type { Goal } from './choose-roles.ts';
import { grow, wantedOf } from './grow.ts';
import type { Balancer, Standing } from './standing.ts';
import { standingsOf } from './standing.ts';
import { countOf } from './words.ts';

/** What is done next. */
export type Step =
  /** `isDrain`: connections may take their time, and --max-wait says how much. Anything else is waited for without an end. */
  | { readonly kind: 'wait'; readonly because: string; readonly isDrain: boolean }
  /** The balancers are to be seen first. */
  | { readonly kind: 'look' }
  /** As many of both are there as were asked for. */
  | { readonly kind: 'done' }
  /** The old app goes, with what is left of it. */
  | { readonly kind: 'delete' }
  /** Tasks are killed, then the new app is scaled. */
  | { readonly kind: 'move'; readonly kill: readonly string[]; readonly of: 'old' | 'fresh'; readonly scaleTo: number | undefined };

/** What was seen. Tasks that were told to end are not among those of the apps. */
export interface Seen {
  readonly fresh: ZddApp;
  readonly old: ZddApp;
  /** Every balancer; undefined: they were not looked at. */
  readonly balancers: readonly Balancer[] | undefined;
  /** Connections had --max-wait to end. */
  readonly isLate: boolean;
}

interface Look {
  readonly seen: Seen;
  readonly goal: Goal;
  readonly balancers: readonly Balancer[];
  readonly standings: ReadonlyMap<string, Standing>;
}

const NOWHERE: Standing = { serving: 0, out: 0, idle: 0, sessions: 0 };

const wait = (because: string, isDrain = false): Step => ({ kind: 'wait', because, isDrain });

const of = ({ standings }: Look, { id }: ZddTask): Standing => standings.get(id) ?? NOWHERE;
const servesEverywhere = (look: Look, task: ZddTask): boolean => of(look, task).serving === look.balancers.length;

/** Its connections have ended; or had their time, and nothing new comes. */
const isDrained = (look: Look, task: ZddTask): boolean => {
  const { out, idle } = of(look, task);
  return (look.seen.isLate ? out : idle) === look.balancers.length;
};

const scaleTo = ({ seen: { fresh, old }, goal }: Look): number | undefined =>
  fresh.instances < wantedOf(goal) ? grow(fresh.instances, old.instances, goal) : undefined;

const kept = (look: Look, tasks: readonly ZddTask[]): string => {
  const sessions = tasks.reduce((sum, task) => sum + of(look, task).sessions, 0);
  return sessions === 0 ? 'the balancers send requests to them' : `${sessions} connections or requests are with them`;
};

/**
 * The balancer drains the new app: it takes the app that was scaled last for the one that replaces the other. To scale the new one tells it otherwise;
 * where that has all its instances, those that are drained go first, and are started again.
 */
const turnRound = (look: Look, drained: readonly ZddTask[]): Step => {
  const more = scaleTo(look);
  if (more !== undefined) return { kind: 'move', kill: [], of: 'fresh', scaleTo: more };
  const kill = drained.filter((task) => isDrained(look, task)).map(({ id }) => id);
  if (kill.length > 0) return { kind: 'move', kill, of: 'fresh', scaleTo: undefined };
  return wait(`the balancers drain ${look.seen.fresh.id}, and ${kept(look, drained)}`, true);
};

/** How many old tasks the balancer drains: as many as new ones serve, and never so many that fewer than the target are left. */
const dueOf = ({ seen: { fresh, old }, goal }: Look): number =>
  Math.min(old.tasks.length, fresh.instances, Math.max(0, fresh.instances + old.instances - goal.counted));

/**
 * Whether nothing is lost with the task: it is drained; or it had its time and nothing new comes to it; or it never served, and its app is given up:
 * the balancer does not drain what is down.
 */
const isGone = (look: Look, task: ZddTask): boolean => {
  const { serving, sessions } = of(look, task);
  return isDrained(look, task) || (serving === 0 && (look.seen.isLate || (look.goal.isBack && sessions === 0)));
};

const end = (look: Look): Step => {
  const { old } = look.seen;
  const left = old.tasks.filter((task) => !isGone(look, task));
  if (left.length === 0) return { kind: 'delete' };
  return wait(`${left.length} of ${countOf(old.tasks.length, 'task')} of ${old.id} are not drained: ${kept(look, left)}`, true);
};

const move = (look: Look): Step => {
  const { old, isLate } = look.seen;
  const due = dueOf(look);
  const more = scaleTo(look);
  const drained = old.tasks.filter((task) => isDrained(look, task)).slice(0, due);
  // The last ones go together: an app that was scaled after the other one is taken for the newer.
  const needed = more === undefined ? Math.max(1, due) : Math.min(1, due);
  const isEnough = isLate ? more !== undefined || drained.length > 0 : drained.length >= needed;
  if (isEnough) return { kind: 'move', kill: drained.map(({ id }) => id), of: 'old', scaleTo: more };
  return wait(`${drained.length} of ${countOf(needed, 'task')} of ${old.id} are drained`, true);
};

/** By this the balancer tells which app replaces the other. */
const isScaledLater = (a: ZddApp, b: ZddApp): boolean => (a.versionInfo?.lastScalingAt ?? '') > (b.versionInfo?.lastScalingAt ?? '');

/** As far as the balancers can tell, nothing is lost by going on; else what is waited for. */
const notYet = (look: Look): Step | undefined => {
  const { fresh, old, isLate } = look.seen;
  const serving = fresh.tasks.filter((task) => servesEverywhere(look, task)).length;
  if (serving < fresh.instances) return wait(`${serving} of ${countOf(fresh.instances, 'task')} of ${fresh.id} serve in every balancer`);
  if (isLate) return undefined;
  if (old.tasks.length > old.instances) return wait(`${countOf(old.tasks.length - old.instances, 'task')} of ${old.id} still to end`, true);
  const all = serving + old.tasks.filter((task) => servesEverywhere(look, task)).length;
  if (all < look.goal.counted && dueOf(look) > 0) return wait(`${all} tasks of both serve, and ${look.goal.counted} are to`, true);
  const reloading = look.balancers.filter(({ hasOldWorkers }) => hasOldWorkers).map(({ place }) => place);
  return reloading.length === 0 ? undefined : wait(`processes that were replaced still serve at ${reloading.join(', ')}`, true);
};

/** Both stay: enough of the new app, and no more of the old one than are wanted beside it. */
const isBeside = (fresh: ZddApp, old: ZddApp, { beside, counted }: Goal): boolean =>
  beside > 0 && fresh.instances >= beside && old.instances <= Math.max(0, counted - fresh.instances);

/**
 * zdd's walk, as far as it can be told from what is seen now: every look begins anew, so what was left half done is gone on with.
 * Old tasks are killed only where nothing is sent to them, and only while every new one serves in every balancer.
 */
export const nextStep = (seen: Seen, goal: Goal): Step => {
  const { fresh, old, balancers } = seen;
  if (fresh.deployments.length > 0) return wait(`Marathon deploys ${fresh.id}`);
  if (isBeside(fresh, old, goal)) return { kind: 'done' };
  if (balancers === undefined) return { kind: 'look' };
  const look: Look = { seen, goal, balancers, standings: standingsOf([fresh, old], balancers) };
  // A server that is being added may be out for a moment too.
  const turned = isScaledLater(old, fresh) ? fresh.tasks.filter((task) => of(look, task).out > 0) : [];
  if (turned.length > 0) return turnRound(look, turned);
  const blocked = notYet(look);
  if (blocked !== undefined) return blocked;
  const isEnd = goal.beside === 0 && fresh.instances >= goal.target && dueOf(look) === old.tasks.length;
  return isEnd ? end(look) : move(look);
};
