import { compare } from '../kit/compare.ts';
import { deploymentGroup } from '../labels/deployment.ts';
import type { App } from '../model/app.ts';
import type { AppEntry, Model } from '../model/model.ts';
import type { Task } from '../model/task.ts';
import type { Book } from './book.ts';
import { colourOf } from './colour.ts';

/** An app of a deployment group, as those see it who share out its traffic. */
export interface Member {
  readonly appId: string;
  readonly colour: string;
  readonly instances: number;
  /** Tasks that run. */
  readonly running: number;
  /** Of these, those that Marathon has not found ill; all where it has no checks. */
  readonly healthy: number;
}

/** It runs, and Marathon has not found it ill. */
export const serves = ({ healthChecks }: App, { state, health }: Task): boolean =>
  state === 'TASK_RUNNING' && (healthChecks.length === 0 || health === 'healthy');

const memberOf = ({ app, tasks }: AppEntry, group: string): Member => {
  const running = [...tasks.values()].filter(({ state }) => state === 'TASK_RUNNING');
  return {
    appId: app.id,
    colour: colourOf(app, group),
    instances: app.instances,
    running: running.length,
    healthy: running.filter((task) => serves(app, task)).length,
  };
};

/** Apps that the book says are in the group. */
const named = (group: string, { shares, rollouts }: Book): readonly string[] => {
  const rollout = rollouts.get(group);
  return [...Object.keys(shares.get(group)?.shares ?? {}), ...(rollout === undefined ? [] : [rollout.from ?? rollout.to, rollout.to])];
};

/** Looks at every app: to be asked by people, not by events. */
const labelled = ({ apps }: Model): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>();
  for (const { app } of apps.values()) {
    const group = deploymentGroup(app);
    if (group === undefined) continue;
    const ids = groups.get(group);
    if (ids === undefined) groups.set(group, [app.id]);
    else ids.push(app.id);
  }
  return groups;
};

/** What an app says itself goes before the book: it is served with another group then. */
const isOf = (group: string, { app }: AppEntry): boolean => (deploymentGroup(app) ?? group) === group;

/** Each group that there is, or that the book speaks of -> its apps that Marathon has, in their order. Costs a look at every app. */
export const groupMembers = (model: Model, book: Book): ReadonlyMap<string, readonly Member[]> => {
  const byLabel = labelled(model);
  const groups = [...new Set([...byLabel.keys(), ...book.shares.keys(), ...book.rollouts.keys()])].sort(compare);
  return new Map(
    groups.map((group) => {
      const ids = [...new Set([...(byLabel.get(group) ?? []), ...named(group, book)])].sort(compare);
      const entries = ids
        .map((id) => model.apps.get(id))
        .filter((entry) => entry !== undefined)
        .filter((entry) => isOf(group, entry));
      return [group, entries.map((entry) => memberOf(entry, group))];
    }),
  );
};
