import { canonicalId } from '../app-id.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { Inventory } from './inventory.ts';
import { nearest } from './nearest.ts';

const MOST_TOLD = 5;

/** '/shop' and 'task-1' of '/shop/task-1' and 'shop/task-1'; all tasks where no app or group is named. */
const partsOf = (name: string): { readonly within: string | undefined; readonly word: string } => {
  const at = name.lastIndexOf('/');
  return at <= 0 ? { within: undefined, word: name } : { within: canonicalId(name.slice(0, at)), word: name.slice(at + 1) };
};

/** Apps of an app id or a group. */
const appsOf = (within: string, { appIds, groups }: Inventory): readonly string[] =>
  groups.get(within)?.map(({ appId }) => appId) ?? (appIds.has(within) ? [within] : []);

const candidates = (within: string | undefined, inventory: Inventory): readonly string[] | Refusal => {
  const { tasks, appIds, groups } = inventory;
  if (within === undefined) return [...tasks.keys()];
  const apps = appsOf(within, inventory);
  if (apps.length === 0)
    return refuse('NO_SUCH_APP', `there is no app or group ${within}${nearest(within, [...groups.keys(), ...appIds])}`);
  return [...tasks].filter(([, { appId }]) => apps.includes(appId)).map(([id]) => id);
};

/** The only one of them; undefined: there is none. */
const only = (name: string, ids: readonly string[]): string | Refusal | undefined => {
  if (ids.length < 2) return ids[0];
  const more = ids.length > MOST_TOLD ? ' and others' : '';
  return refuse('BAD_REQUEST', `${name} may be ${ids.length} tasks: ${ids.slice(0, MOST_TOLD).join(', ')}${more}; say more of it`);
};

/** The task that goes by this name: its id, a beginning that no other has, or its server in HAProxy; behind '/shop/' only those of an app or a group. */
export const taskCalled = (name: string, inventory: Inventory): string | Refusal => {
  const { within, word } = partsOf(name);
  const ids = candidates(within, inventory);
  if (!Array.isArray(ids)) return ids as Refusal;
  if (ids.includes(word)) return word;
  const beginning = only(
    word,
    (ids as readonly string[]).filter((id) => id.startsWith(word)),
  );
  if (beginning !== undefined) return beginning;
  const served = inventory.tasksAt(word).filter((id) => ids.includes(id));
  return only(word, served) ?? refuse('NO_SUCH_TASK', `there is no task ${name}${nearest(word, ids as readonly string[])}`);
};
