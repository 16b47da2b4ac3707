import { equal } from '../kit/equal.ts';
import type { Book } from './book.ts';
import type { Override } from './override.ts';
import type { Rollout } from './rollout.ts';
import type { GroupShares } from './shares.ts';
import { drainingOf } from './state.ts';

/** Whom two books say something else about. */
export interface ChangedOrders {
  readonly groups: Set<string>;
  readonly apps: Set<string>;
  readonly tasks: Set<string>;
  readonly hosts: Set<string>;
}

/** Keys whose values differ, with both values. */
function* differences<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): Generator<readonly [string, readonly T[]]> {
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key), after.get(key)];
    if (was !== is && !equal(was, is)) yield [key, [was, is].filter((value) => value !== undefined)];
  }
}

const noteShares = (changed: ChangedOrders, group: string, both: readonly GroupShares[]): void => {
  changed.groups.add(group);
  for (const { shares, closed } of both) for (const appId of [...Object.keys(shares), ...closed]) changed.apps.add(appId);
};

/** Where it stands, and what happened, is of no concern to HAProxy: only what it drains. */
const noteRollout = ({ apps }: ChangedOrders, both: readonly Rollout[]): void => {
  const [was, is] = both;
  if (was !== undefined && is !== undefined && equal(drainingOf(was.state), drainingOf(is.state))) return;
  for (const { from, to } of both) for (const appId of from === undefined ? [to] : [from, to]) apps.add(appId);
};

const noteOverride = ({ groups, apps, tasks, hosts }: ChangedOrders, override: Override): void => {
  switch (override.kind) {
    case 'weight':
    case 'drain-task':
      tasks.add(override.taskId);
      break;
    case 'drain-agent':
      hosts.add(override.host);
      break;
    case 'maintenance':
      groups.add(override.appId);
      apps.add(override.appId);
      break;
  }
};

/** Costs as much as the books are long, and nothing for what there is besides. */
export const changedOrders = (before: Book, after: Book): ChangedOrders => {
  const changed: ChangedOrders = { groups: new Set(), apps: new Set(), tasks: new Set(), hosts: new Set() };
  for (const [group, both] of differences(before.shares, after.shares)) noteShares(changed, group, both);
  for (const [, both] of differences(before.rollouts, after.rollouts)) noteRollout(changed, both);
  for (const [, both] of differences(before.overrides, after.overrides)) for (const override of both) noteOverride(changed, override);
  return changed;
};
