import { never } from '../kit/never.ts';
import type { ModelEvent } from '../model/event.ts';

/** When a read began: a position in the order of all that was heard. */
export type Mark = number;

interface Fact {
  readonly at: Mark;
  readonly event: ModelEvent;
}

/** What was heard of one app, the newest of each kind and task: events are facts, so the newest is enough. */
interface Heard {
  /** Of the newest event or read. */
  readonly at: Mark;
  /** When the newest read that was handed over began; -1 = none. */
  readonly readAt: Mark;
  readonly events: Map<string, Fact>;
}

/** Equal for events of which the newest alone counts. */
export const keyOf = (event: ModelEvent): string => {
  switch (event.kind) {
    case 'task':
      return `task ${event.task.id}`;
    case 'instance-condition':
    case 'instance-health':
    case 'check-result':
      return `${event.kind} ${event.instanceId}`;
    case 'snapshot':
    case 'app':
    case 'app-gone':
    case 'apps-ended':
    case 'host-address':
      return event.kind;
    default:
      return never(event);
  }
};

/**
 * Remembers what was heard while reads were under way, so that an answer, which may have been written before an event, never takes
 * back what the event said. Nothing is remembered that no read under way could miss.
 */
export class Freshness {
  #now: Mark = 0;
  readonly #underWay = new Set<Mark>();
  /** In the order of `at`. */
  readonly #heard = new Map<string, Heard>();

  /** A read begins. */
  begin(): Mark {
    this.#now += 1;
    this.#underWay.add(this.#now);
    return this.#now;
  }

  /** A read ended, whatever it came to. */
  end(mark: Mark): void {
    this.#underWay.delete(mark);
    // The set is in the order of beginning; without a read under way everything may go.
    const oldest = this.#underWay.values().next().value ?? Infinity;
    for (const [appId, { at }] of this.#heard) {
      if (at >= oldest) break;
      this.#heard.delete(appId);
    }
  }

  /** An event about an app; without `event` where it tells no fact. */
  hear(appId: string, event?: ModelEvent): void {
    if (this.#underWay.size === 0) return;
    this.#now += 1;
    const before = this.#heard.get(appId);
    const events = before?.events ?? new Map<string, Fact>();
    if (event !== undefined) events.set(keyOf(event), { at: this.#now, event });
    this.#put(appId, { at: this.#now, readAt: before?.readAt ?? -1, events });
  }

  /** A read of one app was handed over. */
  hearRead(appId: string, mark: Mark): void {
    const before = this.#heard.get(appId);
    this.#now += 1;
    this.#put(appId, { at: this.#now, readAt: mark, events: before?.events ?? new Map<string, Fact>() });
  }

  /** The facts that are newer than a read, in order. */
  factsSince(appId: string, mark: Mark): readonly ModelEvent[] {
    const heard = [...(this.#heard.get(appId)?.events.values() ?? [])].filter(({ at }) => at > mark);
    return heard.sort((a, b) => a.at - b.at).map(({ event }) => event);
  }

  /** The apps of which something was heard since. */
  appsSince(mark: Mark): readonly string[] {
    return [...this.#heard].filter(([, { at }]) => at > mark).map(([appId]) => appId);
  }

  /** A read of this app that began later than this one was handed over already. */
  wasReadSince(appId: string, mark: Mark): boolean {
    return (this.#heard.get(appId)?.readAt ?? -1) > mark;
  }

  #put(appId: string, heard: Heard): void {
    this.#heard.delete(appId);
    this.#heard.set(appId, heard);
  }
}
