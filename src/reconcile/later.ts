import type { Scope, Touched } from '../plan/observed.ts';
import type { Arrival } from './arrivals.ts';
import { Pending } from './pending.ts';

/** What was taken from what is pending. */
export interface Work {
  readonly scope: Scope;
  /** What is known to have changed, where the scope does not say it. */
  readonly changed: Touched;
  /** When what changed had arrived. */
  readonly arrivals: readonly Arrival[];
}

/** Work that is to be done again after a while, for which nobody else is to wait. One timer for all: what is added later is due a little early. */
export class Later {
  readonly #onDue: (work: Work) => void;
  readonly #pending = new Pending();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(onDue: (work: Work) => void) {
    this.#onDue = onDue;
  }

  add({ scope, changed, arrivals }: Work, delayMs: number): void {
    this.#pending.restore(scope, changed, arrivals);
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const known = this.#pending.changed;
      this.#onDue({ scope: this.#pending.take(), changed: known, arrivals: this.#pending.takeArrivals() });
    }, delayMs);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
