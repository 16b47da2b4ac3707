import type { Logger } from 'pino';
import { backoffMs } from '../kit/backoff.ts';
import { digest } from '../kit/digest.ts';
import type { Problem } from '../kit/problem.ts';
import type { ModelEvent } from '../model/event.ts';
import { judge, liveTasks, type Losses, type LossPolicy, lostTasks } from './losses.ts';
import type { AppEntry, Model } from '../model/model.ts';
import { hasEnded } from '../model/task-state.ts';
import { UnprovenLosses } from './unproven-losses.ts';

interface GateOptions {
  readonly log: Logger;
  readonly model: () => Model;
  readonly policy: LossPolicy;
  /** Asks Marathon for a full read, soon. */
  readonly refresh: () => void;
  /** Takes an event into the picture. */
  readonly take: (event: ModelEvent) => void;
  /** A full read is held: what was known before is all there is for now. */
  readonly onHold: () => void;
  /** The first pause before a full read is tried again while one is held; the longest is twelve times this. */
  readonly againMs?: number;
}

/** A full read that is not believed. */
export interface Held extends Losses {
  /** Changes with what is lost: who confirms it takes what he has seen. */
  readonly id: string;
  /** Since when what Marathon lists has been held, ISO 8601. */
  readonly since: string;
  /** "Marathon's list has 3 of 200 apps". */
  readonly because: string;
}

/** Since this process began. */
export interface BeliefCounters {
  /** Full reads of Marathon that were not believed. */
  readonly heldReads: number;
  /** Answers about single apps that were left to a full read, since too many took something away without an event that says why. */
  readonly doubtedAnswers: number;
  readonly confirmedReads: number;
}

type Snapshot = ModelEvent & { readonly kind: 'snapshot' };

/** What is held, with what was believed of single apps since: that is newer. */
interface Holding {
  readonly held: Held;
  readonly snapshot: Snapshot;
  readonly touched: Set<string>;
}

const HINT = 'held; run `sluice confirm` if this is meant';

const byId = (entries: readonly AppEntry[]): ReadonlyMap<string, AppEntry> => new Map(entries.map((entry) => [entry.app.id, entry]));

/**
 * Between Marathon and the picture: what reads tell is believed, or held. Marathon's events say why something ends and are always believed; a
 * read that leaves out much of what was there says nothing of why. While one is held the picture stays, and events go on changing it.
 * It ends by a later read that is believed, or by `confirm`.
 */
export class Gate {
  readonly #options: GateOptions;
  /** Deleted, as Marathon told by an event -> full reads that were believed since. It goes from the picture with the read that follows. */
  readonly #ended = new Map<string, number>();
  readonly #unproven: UnprovenLosses;
  #holding: Holding | undefined;
  /** Of the read that the operator confirmed, until the next one is believed: what is not in it is known to be gone. */
  #confirmed: ReadonlyMap<string, AppEntry> | undefined;
  /** As performance.now() has it. */
  #believedAt: number | undefined;
  #again: NodeJS.Timeout | undefined;
  #inRow = 0;
  #isInDoubt = false;
  readonly #counts = { heldReads: 0, doubtedAnswers: 0, confirmedReads: 0 };

  constructor(options: GateOptions) {
    this.#options = options;
    this.#unproven = new UnprovenLosses(options.policy);
  }

  /** Absent: all that Marathon lists is in the picture. */
  get held(): Held | undefined {
    return this.#holding?.held;
  }

  /** Answers about single apps are not believed before a full read says the same. */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  /** Since a full read was last believed or confirmed; undefined: none was since this process began. */
  get believedAgoMs(): number | undefined {
    return this.#believedAt === undefined ? undefined : performance.now() - this.#believedAt;
  }

  get counts(): BeliefCounters {
    return this.#counts;
  }

  problems(): readonly Problem[] {
    // Marathon's root group: it is about all apps.
    return this.held === undefined ? [] : [{ appId: '/', message: `${this.held.because}: ${HINT}` }];
  }

  /** Judges what a read came to: true: it is to be taken into the picture; false: it is held, or left to a full read, which is asked for. */
  admits(event: ModelEvent): boolean {
    switch (event.kind) {
      case 'snapshot':
        return this.#admitsAll(event);
      case 'app':
        return this.#admitsOne(event.entry.app.id, event.entry);
      case 'app-gone':
        return this.#admitsOne(event.appId, undefined);
      default:
        return true;
    }
  }

  /** To be called with all that goes into the picture. */
  note(event: ModelEvent): void {
    if (event.kind === 'apps-ended') this.#noteEnded(event.appIds);
    if (event.kind === 'app') this.#ended.delete(event.entry.app.id);
    if (event.kind === 'app-gone') this.#ended.delete(event.appId);
    if (event.kind === 'task' && hasEnded(event.task.state)) this.#unproven.explain(event.appId);
    // Ids of what is no app are as many as somebody likes.
    if ('appId' in event && this.#options.model().apps.has(event.appId)) this.#holding?.touched.add(event.appId);
    if (event.kind === 'app') this.#holding?.touched.add(event.entry.app.id);
  }

  /** Takes the held read as it is, but for what was heard of single apps since; a full read follows. Returns what it was; undefined: none is held. */
  confirm(): Held | undefined {
    if (this.#holding === undefined) return undefined;
    const { held, snapshot, touched } = this.#holding;
    this.#options.log.warn({ apps: held.apps, tasks: held.tasks }, `${held.because}: confirmed by the operator`);
    this.#counts.confirmedReads += 1;
    this.#confirmed = byId(snapshot.entries);
    this.#end(snapshot);
    this.#options.take({ ...snapshot, keep: new Set([...snapshot.keep, ...touched]) });
    this.#options.refresh();
    return held;
  }

  close(): void {
    clearTimeout(this.#again);
  }

  #noteEnded(appIds: readonly string[]): void {
    const { apps } = this.#options.model();
    for (const appId of appIds) if (apps.has(appId)) this.#ended.set(appId, 0);
  }

  #admitsAll(snapshot: Snapshot): boolean {
    const { model, policy, log } = this.#options;
    const before = this.#confirmed ?? model().apps;
    const verdict = judge(before.values(), snapshot, new Set(this.#ended.keys()), policy);
    if (verdict.kind === 'held') {
      this.#hold(snapshot, verdict.losses, `Marathon's list ${verdict.because}`);
      return false;
    }
    if (this.#holding !== undefined) log.info('what Marathon lists is believed again');
    this.#confirmed = undefined;
    this.#end(snapshot);
    return true;
  }

  #hold(snapshot: Snapshot, losses: Losses, because: string): void {
    const { log } = this.#options;
    this.#counts.heldReads += 1;
    if (this.held?.because !== because) log.error(losses, `${because}: ${HINT}`);
    const id = digest(JSON.stringify([because, losses]));
    const held = { id, since: this.held?.since ?? new Date().toISOString(), because, ...losses };
    this.#holding = { held, snapshot, touched: new Set() };
    this.#readAgain();
    this.#options.onHold();
  }

  /** Sooner than the next audit: it may be over in a moment. */
  #readAgain(): void {
    const { againMs = 5000, refresh } = this.#options;
    this.#inRow += 1;
    clearTimeout(this.#again);
    this.#again = setTimeout(refresh, backoffMs(this.#inRow, { baseMs: againMs, maxMs: 12 * againMs }));
  }

  #end({ entries, keep }: Snapshot): void {
    clearTimeout(this.#again);
    this.#inRow = 0;
    this.#holding = undefined;
    const listed = byId(entries);
    // A read that began before the event may still list the app. One that is there twice was made anew.
    for (const [appId, reads] of this.#ended) {
      if (keep.has(appId)) continue;
      if (reads > 0 || !listed.has(appId)) this.#ended.delete(appId);
      else this.#ended.set(appId, reads + 1);
    }
    this.#unproven.clear();
    this.#isInDoubt = false;
    this.#believedAt = performance.now();
  }

  /** An app's own read is believed, but not that all it had is gone, nor one read after another until little is left: then a full read has to say it. */
  #admitsOne(appId: string, after: AppEntry | undefined): boolean {
    const { model, policy, refresh, log } = this.#options;
    const { apps } = model();
    const before = apps.get(appId);
    if (before === undefined || this.#ended.has(appId) || policy.maxLossPercent >= 100) return true;
    const loss = { apps: after === undefined ? 1 : 0, tasks: lostTasks(before, after) };
    const isAll = loss.tasks > 0 && loss.tasks === liveTasks(before);
    if (!isAll && this.#unproven.add(appId, loss)) return true;
    this.#counts.doubtedAnswers += 1;
    const what = after === undefined ? 'that there is no such app' : `that ${loss.tasks} running tasks of this app are gone`;
    // There may be thousands more of the kind.
    if (!this.#isInDoubt) log.warn({ appId }, `Marathon says ${what}, and no event has told why: this and the like is left to a full read`);
    this.#isInDoubt = true;
    // While one is held the next is due anyway.
    if (this.#holding === undefined) refresh();
    return false;
  }
}
