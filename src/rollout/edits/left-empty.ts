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
  const drained = [...inventory.tasks].filter(([id, { host }]) => isAbout(override, id, host));
  const appIds = [...new Set(drained.map(([, { appId }]) => appId))].sort();
  const isOut = (id: string): boolean => orders.isOrderedOut({ id, host: inventory.tasks.get(id)?.host ?? '' });
  const isEmpty = (appId: string): boolean => {
    const served = inventory.served(servedWith(appId, inventory));
    return drained.some(([id, task]) => task.appId === appId && served.has(id)) && served.values().every(isOut);
  };
  return appIds.filter(isEmpty).map((appId) => `${appId} has no task left that takes anything new: its requests are answered 503`);
};
