import type { MarathonEvent } from './event.ts';

type EventListener = (event: MarathonEvent) => void;

/** Where every event is published. Keeps the last ones, so that a test can ask what happened. */
export class EventBus {
  readonly #limit: number;
  readonly #listeners = new Set<EventListener>();
  #recorded: MarathonEvent[] = [];

  constructor(recordLimit: number) {
    this.#limit = recordLimit;
  }

  /** Oldest first. */
  get recorded(): readonly MarathonEvent[] {
    return this.#recorded;
  }

  publish(event: MarathonEvent): void {
    this.#recorded.push(event);
    // Cut in big bites: shifting one at a time would move the whole list for each event.
    if (this.#recorded.length > this.#limit * 2) this.#recorded = this.#recorded.slice(-this.#limit);
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** @returns unsubscribes */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  forget(): void {
    this.#recorded = [];
  }
}
