import type { Book } from '../book.ts';
import { Orders } from '../orders.ts';
import type { Override } from '../override.ts';
import type { Inventory } from './inventory.ts';

/** Ids of the apps that are served together with this one. */
const servedWith = (appId: string, { groups }: Inventory): readonly string[] =>
  groups
    .values()
    .map((members) => members.map((member) => member.appId))
    .find((ids) => ids.includes(appId)) ?? [appId];

const isAbout = (override: Override, taskId: string, host: string): boolean =>
  (override.kind === 'drain-task' && override.taskId === taskId) || (override.kind === 'drain-agent' && override.host === host);

/** Apps that this drain leaves without a task that takes anything new, in words: it is done all the same. Nothing of those that had none before. */
export const leftEmpty = (override: Override, book: Book, inventory: Inventory): readonly string[] => {
  const orders = new Orders(book);
  const tasks = [...inventory.tasks].filter(([, { serves }]) => serves);
  const appIds = [...new Set(tasks.filter(([id, { host }]) => isAbout(override, id, host)).map(([, { appId }]) => appId))].sort();
  const isEmpty = (appId: string): boolean => {
    const together = servedWith(appId, inventory);
    return tasks.every(([id, { appId: of, host }]) => !together.includes(of) || orders.isOrderedOut({ id, host }));
  };
  return appIds.filter(isEmpty).map((appId) => `${appId} has no task left that takes anything new: its requests are answered 503`);
};
