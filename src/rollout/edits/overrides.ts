import { canonicalId } from '../app-id.ts';
import type { Book } from '../book.ts';
import { orderOf, type Override } from '../override.ts';
import type { Signed } from '../signed.ts';
import { bounded } from './bounded.ts';
import { type Edit, withKey } from './edit.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import type { Inventory } from './inventory.ts';
import { leftEmpty } from './left-empty.ts';
import { nearest } from './nearest.ts';
import { taskCalled } from './task-called.ts';

/** What somebody orders by hand. `of`: a task (see taskCalled), for drain also an agent, for maintenance an app or a group. */
export type OverrideAsked =
  | { readonly kind: 'weight'; readonly of: string; /** 0 to 256. */ readonly weight: number }
  | { readonly kind: 'drain' | 'maintenance'; readonly of: string };

/** What an order is found again by. */
type Named = Pick<OverrideAsked, 'kind' | 'of'>;

/** `before`: what was ordered of the same; null: nothing was. */
export interface Overridden {
  readonly override: Override;
  readonly before: Override | null;
  /** What to know about it, for people. */
  readonly notes: readonly string[];
}

const weighed = (taskId: string, weight: number, signed: Signed, { tasks, carriers }: Inventory): Override | Refusal => {
  const appId = tasks.get(taskId)?.appId ?? '';
  const stiff = carriers([appId]).find(({ takesWeights }) => !takesWeights);
  if (stiff !== undefined)
    return refuse(
      'REFUSED',
      `load balancing ${stiff.balance} of backend ${stiff.backend} does not take weights at run time: drain the task instead`,
    );
  return { ...signed, id: `weight:${taskId}`, kind: 'weight', taskId, weight };
};

const drained = (name: string, signed: Signed, inventory: Inventory): Override | Refusal => {
  const hosts = new Set(inventory.tasks.values().map(({ host }) => host));
  if (hosts.has(name)) return { ...signed, id: `drain-agent:${name}`, kind: 'drain-agent', host: name };
  const taskId = taskCalled(name, inventory);
  if (typeof taskId === 'string') return { ...signed, id: `drain-task:${taskId}`, kind: 'drain-task', taskId };
  if (taskId.refused !== 'NO_SUCH_TASK') return taskId;
  return refuse('NO_SUCH_TASK', `there is no task and no agent ${name}${nearest(name, [...hosts, ...inventory.tasks.keys()])}`);
};

const inMaintenance = (appId: string, signed: Signed, { appIds, groups }: Inventory): Override | Refusal =>
  appIds.has(appId) || groups.has(appId)
    ? { ...signed, id: `maintenance:${appId}`, kind: 'maintenance', appId }
    : refuse('NO_SUCH_APP', `there is no app or group ${appId}${nearest(appId, [...groups.keys(), ...appIds])}`);

const overrideOf = (asked: OverrideAsked, signed: Signed, inventory: Inventory): Override | Refusal => {
  switch (asked.kind) {
    case 'weight': {
      const taskId = taskCalled(asked.of, inventory);
      return typeof taskId === 'string' ? weighed(taskId, asked.weight, signed, inventory) : taskId;
    }
    case 'drain':
      return drained(asked.of, signed, inventory);
    case 'maintenance':
      return inMaintenance(canonicalId(asked.of), signed, inventory);
  }
};

const ordering =
  (asked: OverrideAsked, signed: Signed, inventory: Inventory): Edit<Overridden> =>
  (book) => {
    const override = overrideOf(asked, signed, inventory);
    if (isRefusal(override)) return override;
    const { id } = override;
    const before = book.overrides.get(id) ?? null;
    const next = { ...book, overrides: withKey(book.overrides, id, override) };
    return { book: next, value: { override, before, notes: leftEmpty(override, next, inventory) } };
  };

/** Orders something until it is undone, in the place of what was ordered of the same. */
export const setOverride = (asked: OverrideAsked, signed: Signed, inventory: Inventory): Edit<Overridden> =>
  bounded('order', ordering(asked, signed, inventory));

/** Undoes an order. Tells what it was. */
export const clearOverride =
  (id: string): Edit<Override> =>
  (book) => {
    const before = book.overrides.get(id);
    if (before === undefined) return refuse('NO_SUCH_OVERRIDE', `nothing is ordered as ${id}${nearest(id, book.overrides.keys())}`);
    return { book: { ...book, overrides: withKey(book.overrides, id, undefined) }, value: before };
  };

/** Who has ended is in no app. */
const GONE = { appId: '', host: '' };

/** What was ordered of whatever goes by this name: by the rule for ordering it, but only among what was ordered, so that what is gone by now is found. */
const orderedOf = ({ kind, of: given }: Named, overrides: Book['overrides'], inventory: Inventory): Override | Refusal => {
  const of = kind === 'maintenance' ? canonicalId(given) : given;
  const ours = new Map([...overrides.values()].filter((one) => orderOf(one).verb === kind).map((one) => [orderOf(one).subject, one]));
  const ordered = ours.values().flatMap((one) => ('taskId' in one ? [one.taskId] : []));
  const tasks = new Map(ordered.map((id) => [id, inventory.tasks.get(id) ?? GONE]));
  const called = ours.has(of) ? of : taskCalled(of, { ...inventory, tasks });
  if (typeof called !== 'string' && called.refused === 'BAD_REQUEST') return called;
  const found = typeof called === 'string' ? ours.get(called) : undefined;
  return found ?? refuse('NO_SUCH_OVERRIDE', `${kind} was not ordered of ${of}${nearest(of, ours.keys())}`);
};

/** Undoes what was ordered of whatever goes by this name. Tells what it was. */
export const undoOverride =
  (named: Named, inventory: Inventory): Edit<Override> =>
  (book) => {
    const found = orderedOf(named, book.overrides, inventory);
    return isRefusal(found) ? found : clearOverride(found.id)(book);
  };
