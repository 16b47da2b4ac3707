import { compare } from '../kit/compare.ts';
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
  /** Of these, those that the checks of Marathon find well: not those that it knows nothing of yet. All where it has no checks. */
  readonly healthy: number;
}

/** It runs, and the checks of Marathon find it well. */
const isHealthy = ({ healthChecks }: App, { state, health }: Task): boolean =>
  state === 'TASK_RUNNING' && (healthChecks.length === 0 || health === 'healthy');

const memberOf = ({ app, tasks }: AppEntry, group: string): Member => {
  const running = [...tasks.values()].filter(({ state }) => state === 'TASK_RUNNING');
  return {
    appId: app.id,
    colour: colourOf(app, group),
    instances: app.instances,
    running: running.length,
    healthy: running.filter((task) => isHealthy(app, task)).length,
  };
};

/** What there is, and which apps are served together: as their backends are made. */
interface Served {
  readonly model: Model;
  /** Those with an app. */
  readonly groups: () => readonly string[];
  /** Ids of the apps of a group, in their order. */
  readonly members: (group: string) => readonly string[];
}

/** Each group that there is, or that the book speaks of -> its apps that Marathon has, in their order. */
export const groupMembers = (served: Served, { shares, rollouts }: Book): ReadonlyMap<string, readonly Member[]> => {
  const groups = [...new Set([...served.groups(), ...shares.keys(), ...rollouts.keys()])].sort(compare);
  return new Map(
    groups.map((group) => {
      const entries = served.members(group).flatMap((id) => served.model.apps.get(id) ?? []);
      return [group, entries.map((entry) => memberOf(entry, group))];
    }),
  );
};
