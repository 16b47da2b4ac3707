import type { ModelEvent } from '../model/event.ts';
import { keyOf } from './freshness.ts';
import type { EventMeaning } from './event.ts';

/** When Marathon made an event, in milliseconds since 1970 by its clock; undefined: it does not say. */
export const timestampOf = (raw: unknown): number | undefined => {
  const text = typeof raw === 'object' && raw !== null && 'timestamp' in raw ? raw.timestamp : undefined;
  const atMs = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
};

/** More tasks than change within the time that an event may be late. */
const MAX_KEPT = 10_000;

/**
 * Events overtake each other: what an older one says of a task does not count once a newer one was heard. The app is read all the same, so
 * that a clock that was set back costs a read and no truth.
 */
export class LateEvents {
  /** The newest of each task and kind of event, longest untouched first. */
  readonly #newest = new Map<string, number>();

  /** What is left of an event that was made then. */
  withoutLate(meaning: EventMeaning, atMs: number | undefined): EventMeaning {
    if (atMs === undefined) return meaning;
    const events = meaning.events.filter((event) => event.kind === 'apps-ended' || !this.#isLate(event, atMs));
    return events.length === meaning.events.length ? meaning : { ...meaning, events };
  }

  forget(): void {
    this.#newest.clear();
  }

  #isLate(event: ModelEvent, atMs: number): boolean {
    const key = keyOf(event);
    const newest = this.#newest.get(key) ?? -Infinity;
    if (atMs < newest) return true;
    this.#newest.delete(key);
    this.#newest.set(key, atMs);
    if (this.#newest.size > MAX_KEPT) this.#newest.delete(this.#newest.keys().next().value ?? '');
    return false;
  }
}
