import { equal } from '../kit/equal.ts';
import { never } from '../kit/never.ts';
import type { ModelEvent } from './event.ts';
import { formerChecksOf } from './former-checks.ts';
import type { AppEntry, Model } from './model.ts';
import { sinceOf, sinceOfKin } from './since.ts';
import { withCheckResult, withCondition, withFacts, withHealth } from './task-changes.ts';
import type { Task } from './task.ts';

/** What one event changes: only what is really different from the model. `undefined` = the app is gone. */
export interface ModelChange {
  readonly apps: ReadonlyMap<string, AppEntry | undefined>;
  readonly hosts: ReadonlyMap<string, string>;
}

type Snapshot = ModelEvent & { readonly kind: 'snapshot' };

const NOTHING: ModelChange = { apps: new Map(), hosts: new Map() };

const appChange = (appId: string, entry: AppEntry | undefined): ModelChange => ({ apps: new Map([[appId, entry]]), hosts: new Map() });

/**
 * Marathon forgets all check results when its leader changes, and of a task whose checks were redefined: until the next result
 * the last known health stays.
 */
const withKnownHealth = (before: AppEntry | undefined, after: AppEntry): AppEntry => {
  if (before === undefined || after.app.healthChecks.length === 0) return after;
  let tasks: Map<string, Task> | undefined;
  for (const [id, task] of after.tasks) {
    const known = before.tasks.get(id)?.health ?? 'unknown';
    if (task.health !== 'unknown' || known === 'unknown') continue;
    tasks ??= new Map(after.tasks);
    tasks.set(id, { ...task, health: known });
  }
  return tasks === undefined ? after : { ...after, tasks };
};

/** What an app asked for before it still asks for since then. One that is new goes on where its kin has begun. */
const withAge = (model: Model, before: AppEntry | undefined, after: AppEntry): AppEntry => {
  const known = before?.since ?? sinceOfKin(after.app, model.apps.values());
  return before === undefined && known.size === 0 ? after : { ...after, since: sinceOf(after.app, known) };
};

const withFormerChecks = (before: AppEntry | undefined, after: AppEntry): AppEntry => {
  const formerChecks = formerChecksOf(before, after);
  return formerChecks.length === 0 ? after : { ...after, formerChecks };
};

/** The entry to put in place of the one in the model, or undefined when nothing is different. */
const replacement = (model: Model, read: AppEntry): AppEntry | undefined => {
  const before = model.apps.get(read.app.id);
  const after = withFormerChecks(before, withAge(model, before, withKnownHealth(before, read)));
  return equal(before, after) ? undefined : after;
};

/** Whether an app that a full read neither lists nor names among those to keep is not known to be gone all the same. */
export const staysUnlisted = ({ app }: AppEntry, { keep, keepsPods }: Snapshot): boolean =>
  keep.has('') || (keepsPods === true && app.kind === 'pod');

const reduceSnapshot = (model: Model, snapshot: Snapshot): ModelChange => {
  const { entries, keep } = snapshot;
  const apps = new Map<string, AppEntry | undefined>();
  const seen = new Set(keep);
  for (const entry of entries) {
    const { id } = entry.app;
    seen.add(id);
    const after = keep.has(id) ? undefined : replacement(model, entry);
    if (after !== undefined) apps.set(id, after);
  }
  for (const [id, entry] of model.apps) if (!seen.has(id) && !staysUnlisted(entry, snapshot)) apps.set(id, undefined);
  return { apps, hosts: new Map() };
};

/** Changes tasks of one app. An app that is not in the model is left to be read: a task alone does not make an app. */
const reduceTasks = (model: Model, appId: string, change: (entry: AppEntry) => readonly Task[]): ModelChange => {
  const entry = model.apps.get(appId);
  if (entry === undefined) return NOTHING;
  const changed = change(entry).filter((task) => !equal(entry.tasks.get(task.id), task));
  if (changed.length === 0) return NOTHING;
  const tasks = new Map(entry.tasks);
  for (const task of changed) tasks.set(task.id, task);
  return appChange(appId, { ...entry, tasks });
};

/** What the event changes in the model. Pure; the cost is that of the apps named in the event. */
export const reduce = (model: Model, event: ModelEvent): ModelChange => {
  switch (event.kind) {
    case 'snapshot':
      return reduceSnapshot(model, event);
    case 'app': {
      const after = replacement(model, event.entry);
      return after === undefined ? NOTHING : appChange(event.entry.app.id, after);
    }
    case 'app-gone':
      return model.apps.has(event.appId) ? appChange(event.appId, undefined) : NOTHING;
    case 'apps-ended':
      return NOTHING;
    case 'task':
      return reduceTasks(model, event.appId, (entry) => withFacts(entry, event.task));
    case 'instance-condition':
      return reduceTasks(model, event.appId, (entry) => withCondition(entry, event.instanceId, event.condition));
    case 'instance-health': {
      const { healthy } = event;
      if (healthy === undefined) return NOTHING;
      return reduceTasks(model, event.appId, (entry) => withHealth(entry, event.instanceId, healthy ? 'healthy' : 'unhealthy'));
    }
    case 'check-result':
      return reduceTasks(model, event.appId, (entry) => withCheckResult(entry, event.instanceId, event.alive));
    case 'host-address':
      return model.hosts.get(event.host) === event.address ? NOTHING : { apps: new Map(), hosts: new Map([[event.host, event.address]]) };
    default:
      return never(event);
  }
};
