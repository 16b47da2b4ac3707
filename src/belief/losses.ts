import type { ModelEvent } from '../model/event.ts';
import type { AppEntry } from '../model/model.ts';
import { staysUnlisted } from '../model/reduce.ts';
import { isLive } from '../model/task-state.ts';

type Snapshot = ModelEvent & { readonly kind: 'snapshot' };

/** How much may be gone at once without a word of why. */
export interface LossPolicy {
  /** Of all apps, and of all live tasks: 0 to 100. 100: everything is believed. */
  readonly maxLossPercent: number;
  /** With fewer apps than this any number of them may go, but not all. Single reads may tell of fewer than this before a full read must say so. */
  readonly minApps: number;
  /** The same for live tasks. */
  readonly minTasks: number;
}

export const DEFAULT_MINIMA = { minApps: 4, minTasks: 10 } as const;

/** How many there were, and how many of these are not there any more. */
export interface Loss {
  readonly known: number;
  readonly lost: number;
}

export interface Losses {
  readonly apps: Loss;
  /** Live tasks that their app still asks for: what was scaled down or replaced is not lost. */
  readonly tasks: Loss;
}

export type Verdict =
  | { readonly kind: 'believed'; readonly losses: Losses }
  /** `because`: 'has 3 of 200 apps'. */
  | { readonly kind: 'held'; readonly losses: Losses; readonly because: string };

/** Tasks that may take traffic. */
export const liveTasks = (entry: AppEntry): number => entry.tasks.values().reduce((sum, { state }) => sum + (isLive(state) ? 1 : 0), 0);

/** Live tasks of an app that are gone although its definition wants them. Without `after` the app is gone, and all of them with it. */
export const lostTasks = (before: AppEntry, after: AppEntry | undefined): number => {
  const known = liveTasks(before);
  return after === undefined ? known : Math.max(0, Math.min(known, after.app.instances) - liveTasks(after));
};

const lossesOf = (before: Iterable<AppEntry>, snapshot: Snapshot, ended: ReadonlySet<string>): Losses => {
  const { entries, keep } = snapshot;
  const listed = new Map(entries.map((entry) => [entry.app.id, entry]));
  const apps = { known: 0, lost: 0 };
  const tasks = { known: 0, lost: 0 };
  for (const entry of before) {
    const { id } = entry.app;
    if (ended.has(id)) continue;
    const after = listed.get(id);
    const stays = keep.has(id) || (after === undefined && staysUnlisted(entry, snapshot));
    apps.known += 1;
    tasks.known += liveTasks(entry);
    if (stays) continue;
    if (after === undefined) apps.lost += 1;
    tasks.lost += lostTasks(entry, after);
  }
  return { apps, tasks };
};

const isTooMuch = ({ known, lost }: Loss, minimum: number, maxLossPercent: number): boolean => {
  if (lost === 0 || maxLossPercent >= 100) return false;
  return lost === known || (known >= minimum && lost * 100 > known * maxLossPercent);
};

/**
 * Whether a full read is believed. It is held where it leaves out more than a share of the apps, or of the live tasks, that were known and
 * of which Marathon has not told by events that they end; or all of them, however few they are.
 * @param before the apps that were known
 * @param ended apps of which Marathon has told that they were deleted
 */
export const judge = (
  before: Iterable<AppEntry>,
  snapshot: Snapshot,
  ended: ReadonlySet<string>,
  { maxLossPercent, minApps, minTasks }: LossPolicy,
): Verdict => {
  const losses = lossesOf(before, snapshot, ended);
  const { apps, tasks } = losses;
  const because = [
    ...(isTooMuch(apps, minApps, maxLossPercent) ? [`${apps.known - apps.lost} of ${apps.known} apps`] : []),
    ...(isTooMuch(tasks, minTasks, maxLossPercent) ? [`${tasks.known - tasks.lost} of ${tasks.known} running tasks`] : []),
  ];
  return because.length === 0 ? { kind: 'believed', losses } : { kind: 'held', losses, because: `has ${because.join(' and ')}` };
};
