import type { Decided } from '../desired/port-draft.ts';
import type { Model } from '../model/model.ts';
import { type Book, EMPTY_BOOK } from '../rollout/book.ts';
import { changedOrders, type ChangedOrders } from '../rollout/changed-orders.ts';
import { Orders } from '../rollout/orders.ts';

const NONE: ReadonlySet<string> = new Set();

const isSame = (a: ReadonlySet<string> = NONE, b: ReadonlySet<string> = NONE): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));

/** What operators and the controller have decided, and what HAProxy's own checks say that it depends on. */
export class Decisions {
  #orders = new Orders(EMPTY_BOOK);
  #down: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  /** Undefined: nothing was decided, and nobody need ask. */
  get decided(): Decided | undefined {
    const { book } = this.#orders;
    if (book.shares.size === 0 && book.rollouts.size === 0 && book.overrides.size === 0) return undefined;
    return { orders: this.#orders, down: this.#down };
  }

  /** Of the book that counts now. */
  get revision(): number {
    return this.#orders.book.revision;
  }

  /** Tells whom it is about. */
  takeBook(book: Book): ChangedOrders {
    const changed = changedOrders(this.#orders.book, book);
    this.#orders = new Orders(book);
    return changed;
  }

  /** Tells which backends it is about. */
  setDown(down: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
    const before = this.#down;
    this.#down = down;
    return [...new Set([...before.keys(), ...down.keys()])].filter((backend) => !isSame(before.get(backend), down.get(backend)));
  }
}

/** The apps that these orders are about. Only tasks and agents are looked for everywhere: operators name these now and then. */
export const appsOf = (
  { groups, apps, tasks, hosts }: ChangedOrders,
  model: Model,
  members: (group: string) => readonly string[],
): ReadonlySet<string> => {
  const found = new Set([...apps, ...[...groups].flatMap(members)].filter((appId) => model.apps.has(appId)));
  if (tasks.size === 0 && hosts.size === 0) return found;
  for (const [appId, entry] of model.apps) {
    const isMeant =
      [...tasks].some((taskId) => entry.tasks.has(taskId)) || (hosts.size > 0 && entry.tasks.values().some(({ host }) => hosts.has(host)));
    if (isMeant) found.add(appId);
  }
  return found;
};
