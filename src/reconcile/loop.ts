import type { Logger } from 'pino';
import { type Change, isNothing } from '../desired/change.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { backoffMs } from '../kit/backoff.ts';
import type { ModelEvent } from '../model/event.ts';
import { Convergence } from './convergence.ts';
import { CycleLog } from './cycle-log.ts';
import { DriftWatch } from './drift.ts';
import type { Durations } from './durations.ts';
import { Failures } from './failures.ts';
import { Later } from './later.ts';
import { LookAgain } from './look-again.ts';
import { isGlance, Pending } from './pending.ts';
import type { Picture } from '../picture/picture.ts';
import type { Reloader } from '../reload/reloader.ts';
import type { Saver } from '../reload/saver.ts';
import type { CycleCounters, CycleFailure, CycleReport } from './cycle-report.ts';
import { Turns } from './turns.ts';

interface LoopOptions {
  readonly log: Logger;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly reloader: Reloader;
  readonly saver: Saver;
  /** Problems may have come or gone. */
  readonly onProblems: () => void;
  /** What changed in Desired, whoever changed it. */
  readonly onChange?: (change: Change) => void;
  /** How often all of HAProxy is looked at without a reason: what somebody changed by hand is undone then. */
  readonly auditMs: number;
  /** How soon a cycle that failed is tried again. */
  readonly retryMs?: number;
  /** How often HAProxy is asked, without a reason, which worker serves and what it runs. */
  readonly glanceMs?: number;
}

const GLANCE_MS = 10_000;

/**
 * The loop: take what changed, and make so much of HAProxy as desired (`Convergence`). One cycle at a time; what comes meanwhile is taken
 * by the next. The first change after quiet is applied at once. One that fails is tried again, later each time.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #pending = new Pending();
  /** What was sent to a worker while it was being replaced: the new one may not know. */
  readonly #sentDuringReload = new Pending();
  #lookAtAllNext = false;
  readonly #lookAgain = new LookAgain({ onDue: (backends) => this.#lookAt(backends) });
  readonly #audit: NodeJS.Timeout;
  readonly #glance: NodeJS.Timeout;
  readonly #later = new Later(({ scope, changed, arrivals }) => {
    this.#pending.restore(scope, changed, arrivals);
    this.#wake();
  });
  readonly #drift: DriftWatch;
  readonly #convergence: Convergence;
  readonly #failures: Failures;
  readonly #cycles: CycleLog;
  readonly #turns = new Turns({ turn: () => this.#cycle(), isMore: () => this.#isMore() });
  #sawItRunning = false;
  #events = 0;

  constructor(options: LoopOptions) {
    const { log, reloader } = options;
    this.#options = options;
    this.#drift = new DriftWatch({ log, attempts: () => reloader.counts.reloads + reloader.counts.failedReloads });
    this.#convergence = new Convergence({
      ...options,
      pending: this.#pending,
      lookAgain: this.#lookAgain,
      drift: this.#drift,
      again: (work, times) => this.#later.add(work, this.#retryMs(times)),
    });
    this.#failures = new Failures({ log, reloader });
    this.#cycles = new CycleLog(log);
    this.#audit = setInterval(() => this.lookAtAll(), options.auditMs);
    this.#glance = setInterval(() => this.#glanceAtWorker(), options.glanceMs ?? GLANCE_MS);
  }

  /** A first state was applied and confirmed since this process began. */
  get applied(): boolean {
    return this.#convergence.applied;
  }

  /** Cycles that failed in a row; undefined: the last one went well. */
  get failure(): CycleFailure | undefined {
    return this.#failures.current;
  }

  get lastCycle(): CycleReport | undefined {
    return this.#cycles.last;
  }

  get counters(): CycleCounters {
    return { events: this.#events, ...this.#cycles.counts, ...this.#convergence.counts, ...this.#drift.counts };
  }

  get durations(): Omit<Durations, 'reload'> {
    return { eventToApplied: this.#convergence.eventToApplied.data, cycle: this.#cycles.durations.data };
  }

  /** An event of the source. */
  take(event: ModelEvent): void {
    const arrivedAtMs = performance.now();
    this.#events += 1;
    // The first full read says for the first time what should not be there: all of HAProxy must be looked at.
    if (event.kind === 'snapshot' && !this.#options.picture.mayBeApplied) this.#pending.addAll();
    const change = this.#options.picture.take(event);
    if (!isNothing(change)) this.#pending.arrived(arrivedAtMs);
    this.takeChange(change);
  }

  /** A change of Desired that came another way. */
  takeChange(change: Change): void {
    this.#pending.add(change);
    this.#options.onChange?.(change);
    this.#options.onProblems();
    if (change.structure) this.#options.reloader.retryNow();
    if (!this.#pending.isEmpty) this.#wake();
  }

  /** A reload has ended, well or not: what went to the old worker meanwhile is sent again first, then all of HAProxy is looked at. */
  afterReload(): void {
    this.#lookAtAllNext = true;
    this.#pending.restore(this.#sentDuringReload.take());
    this.#wake();
  }

  /** Looks at all of HAProxy: after it died, and now and then. */
  lookAtAll(): void {
    this.#pending.addAll();
    this.#wake();
  }

  /** Marathon does not say what should be: what was saved has to do. Changes nothing where there is better already. */
  serveSaved(): void {
    if (!this.#options.picture.settle()) return;
    this.#options.log.warn({ savedAt: this.#options.picture.restoredAt }, 'the saved state serves until Marathon was read');
    this.lookAtAll();
  }

  async close(): Promise<void> {
    clearInterval(this.#audit);
    clearInterval(this.#glance);
    this.#lookAgain.close();
    this.#later.close();
    await this.#turns.close();
  }

  /** A worker that somebody else started runs older files, or other ones: it should not take until the next audit to find that out. */
  #glanceAtWorker(): void {
    const { reloader, haproxy } = this.#options;
    if (!this.#pending.isEmpty || !reloader.idle || !haproxy.isRunning()) return;
    this.#pending.addStructure();
    this.#wake();
  }

  #wake(): void {
    if (this.#options.picture.mayBeApplied) this.#turns.wake();
  }

  #isMore(): boolean {
    if (this.#pending.isEmpty && this.#lookAtAllNext) this.#pending.addAll();
    return !this.#pending.isEmpty;
  }

  /** Resolves to how long to wait before the next cycle. Never rejects. */
  async #cycle(): Promise<number> {
    const { haproxy } = this.#options;
    const { changed } = this.#pending;
    const scope = this.#pending.take();
    const arrivals = this.#pending.takeArrivals();
    if (scope === 'all') this.#lookAtAllNext = false;
    if (!haproxy.isRunning()) {
      this.#pending.putBackArrivals(arrivals);
      return this.#haveItStarted();
    }
    this.#sawItRunning = true;
    if (this.#options.reloader.isUnderWay) this.#sentDuringReload.restore(scope);
    const began = performance.now();
    try {
      const plan = await this.#convergence.once({ scope, changed, arrivals });
      if (plan.kind !== 'noop' || !isGlance(scope)) this.#cycles.add(plan, performance.now() - began);
      this.#failures.end();
      return 0;
    } catch (error) {
      this.#pending.restore(scope, changed, arrivals);
      return this.#retryMs(this.#failures.add(error));
    }
  }

  /** What was pending is looked at when the reload, which starts HAProxy, is done. One that has just died is not made to wait for a failed reload. */
  #haveItStarted(): number {
    const { reloader } = this.#options;
    this.#lookAtAllNext = false;
    if (!reloader.isUnderWay) reloader.request(['HAProxy is not running'], 'urgent');
    if (this.#sawItRunning) reloader.retryNow();
    this.#sawItRunning = false;
    return 0;
  }

  #retryMs(inRow: number): number {
    return backoffMs(inRow, { baseMs: this.#options.retryMs ?? 100, maxMs: 5000 });
  }

  #lookAt(backends: readonly string[]): void {
    const { reloader, picture } = this.#options;
    // Until a reload that is due a route may lead to a backend that is to go. A look at everything follows it, and sees that.
    this.#pending.addBackends(backends.filter((name) => reloader.idle || picture.desired.backends.has(name)));
    if (!this.#pending.isEmpty) this.#wake();
  }
}
