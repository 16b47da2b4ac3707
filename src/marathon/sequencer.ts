import type { ModelEvent } from '../model/event.ts';
import { commit, emptyModel } from '../model/commit.ts';
import type { App } from '../model/app.ts';
import type { AppEntry } from '../model/model.ts';
import { reduce } from '../model/reduce.ts';
import type { EventMeaning } from './event.ts';
import { Freshness, type Mark } from './freshness.ts';
import type { ReadApp } from './payload/entry.ts';

interface SequencerOptions {
  emit(event: ModelEvent): void;
  /** Asked about each answer before it is handed over. */
  admits?(event: ModelEvent): boolean;
  /** Up to so many apps that changed during a full read stay as they are until each was read; more are taken from the full read. */
  readonly maxKept: number;
}

/** What else is to be said of a full read: see the `snapshot` of ModelEvent. */
type FullReadKind = Pick<ModelEvent & { readonly kind: 'snapshot' }, 'isAudit' | 'keepsPods'>;

/** The entry with what is newer than it. */
const withFacts = (entry: AppEntry, facts: readonly ModelEvent[]): AppEntry => {
  const alone = emptyModel();
  commit(alone, reduce(alone, { kind: 'app', entry }));
  for (const fact of facts) commit(alone, reduce(alone, fact));
  return alone.apps.get(entry.app.id) ?? entry;
};

/** More ids than a cluster has apps and pods: the memory of what is no app starts anew. */
const MAX_NO_APPS = 20_000;

/**
 * Joins what events say and what reads tell into one order of ModelEvents in which nothing older comes after something newer. An
 * answer to a read may have been written before an event that came during it: so the event's facts are said again behind the answer.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #freshness = new Freshness();
  /** Apps and pods that the model has. */
  readonly #known = new Map<string, App['kind']>();
  /** Deleted, or not for this user to see: events of their tasks are no reason to read them. */
  readonly #noApps = new Set<string>();

  /** The newest full read that was handed over, and what it left as it was. */
  #newestFull: { readonly mark: Mark; readonly keep: ReadonlySet<string> } = { mark: -1, keep: new Set() };

  constructor(options: SequencerOptions) {
    this.#options = options;
  }

  /** A read of one app or of all begins. */
  begin(): Mark {
    return this.#freshness.begin();
  }

  /** It ended, whatever it came to. */
  end(mark: Mark): void {
    this.#freshness.end(mark);
  }

  /** @returns the apps to be read */
  hear({ events, appIds, isOfApps }: EventMeaning): readonly string[] {
    for (const event of events) this.#options.emit(event);
    const [first] = events;
    // That apps end is told once: behind an older answer it would speak of what has been made anew.
    const fact = first?.kind === 'apps-ended' ? undefined : first;
    for (const appId of appIds) {
      this.#freshness.hear(appId, fact);
      if (isOfApps) this.#noApps.delete(appId);
    }
    return appIds.filter((appId) => !this.#noApps.has(appId));
  }

  /** What was read of it last was a pod. */
  isPod(appId: string): boolean {
    return this.#known.get(appId) === 'pod';
  }

  /** An answer to a read of all. */
  putAll(mark: Mark, read: readonly ReadApp[], how: FullReadKind = {}): void {
    const entries = read.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const touched = this.#freshness.appsSince(mark);
    const keep = this.#keep(mark, touched, read);
    if (!this.#hands({ kind: 'snapshot', entries, keep, ...how })) return;
    for (const appId of touched) if (!keep.has(appId)) this.#repeatFacts(appId, mark);
    this.#learn(entries, keep, how);
    this.#newestFull = { mark, keep };
  }

  /** An answer to a read of one app; `undefined`: there is no such app. */
  putApp(mark: Mark, appId: string, entry: AppEntry | undefined): void {
    // Slower than a full read that began later, and that told of this app.
    if (mark < this.#newestFull.mark && !this.#newestFull.keep.has(appId)) return;
    // With the facts in it: without them an answer that is only late would look as if it took away what events have brought.
    const facts = this.#freshness.factsSince(appId, mark);
    if (!this.#hands(entry === undefined ? { kind: 'app-gone', appId } : { kind: 'app', entry: withFacts(entry, facts) })) return;
    this.#freshness.hearRead(appId, mark);
    if (entry === undefined) {
      this.#known.delete(appId);
      this.ignore(appId);
      return;
    }
    this.#known.set(appId, entry.app.kind);
    this.#noApps.delete(appId);
  }

  /** Events of tasks are no reason to read this app, until an event says that it is one. */
  ignore(appId: string): void {
    if (this.#noApps.size >= MAX_NO_APPS) this.#noApps.clear();
    this.#noApps.add(appId);
  }

  /**
   * What stays as the model has it: what cannot be read; what was read later than this; and what changed meanwhile, since it is about
   * to be read on its own. In a storm that would be everything, and a definition would never arrive: then the full read counts.
   */
  #keep(mark: Mark, touched: readonly string[], read: readonly ReadApp[]): ReadonlySet<string> {
    const isCalm = touched.length <= this.#options.maxKept;
    const unreadable = read.filter(({ value }) => value === undefined).map(({ appId }) => appId);
    const changed = touched.filter((id) => this.#freshness.wasReadSince(id, mark) || (isCalm && this.#known.has(id)));
    return new Set([...unreadable, ...changed]);
  }

  /** False: it is not believed, and for all that is known here it was never read. */
  #hands(event: ModelEvent): boolean {
    if (this.#options.admits?.(event) === false) return false;
    this.#options.emit(event);
    return true;
  }

  #repeatFacts(appId: string, mark: Mark): void {
    for (const event of this.#freshness.factsSince(appId, mark)) this.#options.emit(event);
  }

  #learn(entries: readonly AppEntry[], keep: ReadonlySet<string>, { keepsPods = false }: FullReadKind): void {
    const listed = new Map(entries.map(({ app }) => [app.id, app.kind]));
    for (const [appId, kind] of this.#known)
      if (!listed.has(appId) && !keep.has(appId) && !(keepsPods && kind === 'pod')) this.#known.delete(appId);
    for (const [appId, kind] of listed) {
      if (keep.has(appId)) continue;
      this.#known.set(appId, kind);
      this.#noApps.delete(appId);
    }
  }
}
