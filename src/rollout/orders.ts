import type { Book } from './book.ts';
import type { GroupShares } from './shares.ts';
import { drainingOf } from './state.ts';

/** What a book says about one app, group or task: an answer costs the same however long the book is. */
export class Orders {
  readonly book: Book;
  /** App id -> the group that it has a share in. */
  readonly #named = new Map<string, string>();
  readonly #weights = new Map<string, number>();
  readonly #drained = new Set<string>();
  readonly #drainedHosts = new Set<string>();
  readonly #inMaintenance = new Set<string>();
  readonly #ending = new Set<string>();

  constructor(book: Book) {
    this.book = book;
    // In reverse: of two groups that name one app the first in order of ids has it, at every Sluice.
    for (const group of [...book.shares.keys()].sort().reverse()) this.#noteNamed(group);
    this.#noteOverrides();
    for (const { state } of book.rollouts.values()) for (const taskId of Object.keys(drainingOf(state))) this.#ending.add(taskId);
  }

  /** Undefined: its traffic is shared out as deployment tools have it. */
  sharesOf(group: string): GroupShares | undefined {
    return this.book.shares.get(group);
  }

  /** The group in which an app has a share that does not say itself that it is in one. */
  groupNaming(appId: string): string | undefined {
    return this.#named.get(appId);
  }

  /** Set by hand; undefined: it is not. */
  weightOf(taskId: string): number | undefined {
    return this.#weights.get(taskId);
  }

  /** An operator drains it, or its agent. */
  isOrderedOut({ id, host }: { readonly id: string; readonly host: string }): boolean {
    return this.#drained.has(id) || this.#drainedHosts.has(host);
  }

  /** A rollout drains it, to end it. */
  isEnding(taskId: string): boolean {
    return this.#ending.has(taskId);
  }

  /** @param id of an app or a deployment group */
  isInMaintenance(id: string): boolean {
    return this.#inMaintenance.has(id);
  }

  #noteNamed(group: string): void {
    const { shares = {}, closed = [] } = this.book.shares.get(group) ?? {};
    for (const appId of [...Object.keys(shares), ...closed]) this.#named.set(appId, group);
  }

  #noteOverrides(): void {
    for (const override of this.book.overrides.values()) {
      switch (override.kind) {
        case 'weight':
          this.#weights.set(override.taskId, override.weight);
          break;
        case 'drain-task':
          this.#drained.add(override.taskId);
          break;
        case 'drain-agent':
          this.#drainedHosts.add(override.host);
          break;
        case 'maintenance':
          this.#inMaintenance.add(override.appId);
          break;
      }
    }
  }
}
