import type { Logger } from 'pino';
import type { Change } from '../desired/change.ts';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { backoffMs } from '../kit/backoff.ts';
import { equal } from '../kit/equal.ts';
import { messageOf } from '../kit/error.ts';
import type { ModelEvent } from '../model/event.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Observed, Scope, Touched } from '../plan/observed.ts';
import type { Plan, RuntimeStep } from '../plan/plan.ts';
import { starvingBackends } from '../plan/starving.ts';
import { type Wait, waitingBackends } from '../plan/waiting.ts';
import { DriftWatch } from './drift.ts';
import { LookAgain } from './look-again.ts';
import { isGlance, Pending } from './pending.ts';
import type { Picture } from './picture.ts';
import { ProblemLog } from './problem-log.ts';
import type { Reloader, Urgency } from './reloader.ts';
import type { Saver } from './saver.ts';
import { type CycleFailure, type CycleReport, type LoopCounters, tally } from './status.ts';

interface LoopOptions {
  readonly log: Logger;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly reloader: Reloader;
  readonly saver: Saver;
  /** How often all of HAProxy is looked at without a reason: what somebody changed by hand is undone then. */
  readonly auditMs: number;
  /** How soon a cycle that failed is tried again. */
  readonly retryMs?: number;
  /** How often HAProxy is asked, without a reason, which worker serves and what it runs. */
  readonly glanceMs?: number;
}

const GLANCE_MS = 10_000;

/** How often in a row HAProxy may differ after its steps before it is reloaded. */
const MISMATCHES_BEFORE_RELOAD = 3;
/** How often in a row HAProxy may not be there to be asked before it is reloaded. */
const FAILURES_BEFORE_RELOAD = 10;

/**
 * The loop: take what changed, observe that much of HAProxy, plan, apply, observe again. One cycle at a time; what comes meanwhile is taken
 * by the next. The first change after quiet is applied at once.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #problemLog: ProblemLog;
  readonly #pending = new Pending();
  /** What was sent to a worker while it was being replaced: the new one may not know. */
  readonly #sentDuringReload = new Pending();
  #lookAtAllNext = false;
  readonly #lookAgain = new LookAgain({ onDue: (backends) => this.#lookAt(backends) });
  readonly #audit: NodeJS.Timeout;
  readonly #glance: NodeJS.Timeout;
  readonly #watch: DriftWatch;
  #scheduled: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  #applied = false;
  #mismatchesInRow = 0;
  /** `beganMs`: as performance.now() has it. */
  #failure: (Omit<CycleFailure, 'forMs'> & { readonly beganMs: number }) | undefined;
  #sawItRunning = false;
  #lastCycle: CycleReport | undefined;
  readonly #counters = { events: 0, cycles: 0, steps: 0, refusedSteps: 0, mismatches: 0 };

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#problemLog = new ProblemLog({ log: options.log, problems: () => options.picture.problems() });
    this.#audit = setInterval(() => this.lookAtAll(), options.auditMs);
    this.#glance = setInterval(() => this.#glanceAtWorker(), options.glanceMs ?? GLANCE_MS);
    this.#watch = new DriftWatch({
      log: options.log,
      attempts: () => options.reloader.counts.reloads + options.reloader.counts.failedReloads,
    });
  }

  /** A first state was applied and confirmed since this process began. */
  get applied(): boolean {
    return this.#applied;
  }

  /** Cycles that failed in a row; undefined: the last one went well. */
  get failure(): CycleFailure | undefined {
    if (this.#failure === undefined) return undefined;
    const { beganMs, ...failure } = this.#failure;
    return { ...failure, forMs: performance.now() - beganMs };
  }

  get lastCycle(): CycleReport | undefined {
    return this.#lastCycle;
  }

  get counters(): LoopCounters {
    return { ...this.#counters, ...this.#watch.counts };
  }

  /** An event of the source. */
  take(event: ModelEvent): void {
    this.#counters.events += 1;
    // The first full read says for the first time what should not be there: all of HAProxy must be looked at.
    if (event.kind === 'snapshot' && !this.#options.picture.complete) this.#pending.addAll();
    const change = this.#options.picture.take(event);
    this.takeChange(change);
  }

  /** A change of Desired that came another way. */
  takeChange(change: Change): void {
    this.#pending.add(change);
    this.#problemLog.note();
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
    this.#closed = true;
    clearInterval(this.#audit);
    clearInterval(this.#glance);
    this.#problemLog.close();
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    clearImmediate(this.#scheduled as NodeJS.Immediate);
    this.#lookAgain.close();
    await this.#running;
  }

  /** A worker that somebody else started runs older files, or other ones: it should not take until the next audit to find that out. */
  #glanceAtWorker(): void {
    const { reloader, haproxy } = this.#options;
    if (!this.#pending.isEmpty || !reloader.idle || !haproxy.isRunning()) return;
    this.#pending.addStructure();
    this.#wake();
  }

  #wake(delayMs = 0): void {
    if (this.#closed || this.#running !== undefined || !this.#options.picture.complete) return;
    if (this.#scheduled !== undefined) return;
    const begin = (): void => {
      this.#scheduled = undefined;
      this.#running = this.#cycle().then((retryMs) => {
        this.#running = undefined;
        if (this.#pending.isEmpty && this.#lookAtAllNext) this.#pending.addAll();
        if (!this.#pending.isEmpty) this.#wake(retryMs);
      });
    };
    // One turn of the event loop: events that arrived together are one cycle, and nobody waits.
    this.#scheduled = delayMs === 0 ? setImmediate(begin) : setTimeout(begin, delayMs);
  }

  /** Resolves to how long to wait before the next cycle. Never rejects. */
  async #cycle(): Promise<number> {
    const { haproxy } = this.#options;
    const { changed } = this.#pending;
    const scope = this.#pending.take();
    if (scope === 'all') this.#lookAtAllNext = false;
    if (!haproxy.isRunning()) return this.#haveItStarted();
    this.#sawItRunning = true;
    if (this.#options.reloader.isUnderWay) this.#sentDuringReload.restore(scope);
    const began = performance.now();
    try {
      const plan = await this.#converge(scope, changed);
      if (plan.kind !== 'noop' || !isGlance(scope)) this.#report(plan, performance.now() - began);
      this.#failure = undefined;
      return this.#mismatchesInRow === 0 ? 0 : this.#retryMs(this.#mismatchesInRow);
    } catch (error) {
      this.#pending.restore(scope, changed);
      return this.#failed(error);
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

  #failed(error: unknown): number {
    const { reloader, log } = this.#options;
    const inRow = (this.#failure?.inRow ?? 0) + 1;
    const { sinceMs, beganMs } = this.#failure ?? { sinceMs: Date.now(), beganMs: performance.now() };
    this.#failure = { sinceMs, beganMs, inRow, message: messageOf(error) };
    // The stack once: the same again tells nothing.
    log.warn({ inRow, ...(inRow === 1 ? { err: error } : {}) }, `cycle failed and is tried again: ${messageOf(error)}`);
    // A socket that is gone comes back with a reload.
    if (inRow === FAILURES_BEFORE_RELOAD && !reloader.isUnderWay)
      reloader.request([`HAProxy could not be looked at: ${messageOf(error)}`], 'urgent');
    return this.#retryMs(inRow);
  }

  #retryMs(inRow: number): number {
    return backoffMs(inRow, { baseMs: this.#options.retryMs ?? 100, maxMs: 5000 });
  }

  async #converge(scope: Scope, changed: Touched): Promise<Plan> {
    const { haproxy, saver, reloader } = this.#options;
    const observed = this.#pending.withoutNews(await haproxy.observe(scope), this.#options.picture.desired);
    // Its files may be older than what its predecessor had been told since.
    if (!reloader.isUnderWay && this.#watch.isForeign(observed)) this.#pending.addAll();
    const plan = this.#plan(observed);
    if (plan.kind === 'noop') {
      this.#settled(observed);
      return plan;
    }
    const { refused, postponed } = await this.#apply(plan.steps);
    if (plan.steps.length > 0) saver.request();
    const because = [...(plan.kind === 'reload' ? plan.because : []), ...refused];
    if (because.length === 0) {
      this.#noteRepairs(observed, plan.steps, changed);
      await this.#verify(scope, changed, postponed);
    } else this.#leaveToReload(observed, plan.steps, because);
    this.#counters.steps += plan.steps.length;
    return plan;
  }

  /** What waits for a reload comes again with each look until then. */
  #noteRepairs(observed: Observed, steps: readonly RuntimeStep[], changed: Touched): void {
    if (observed.scope !== 'all' || !this.#options.reloader.idle) return;
    const waiting: Touched = { backends: this.#lookAgain.backends, mapKeys: new Map() };
    this.#watch.noteRepairs(observed, steps, [changed, this.#pending.changed, waiting]);
  }

  #plan(observed: Observed): Plan {
    const { picture, haproxy } = this.#options;
    return makePlan(observed, picture.desired, picture.fingerprint, haproxy.capabilities);
  }

  /** The reload may be held back for minutes: what waits to go is looked at meanwhile. */
  #leaveToReload(observed: Observed, steps: readonly RuntimeStep[], because: readonly string[]): void {
    const { reloader, picture } = this.#options;
    this.#noteWaiting(
      observed,
      steps.filter((step) => step.kind === 'retire-server'),
    );
    const urgency: Urgency = starvingBackends(observed, picture.desired, steps).length > 0 ? 'urgent' : 'may-wait';
    // A reload under way ends with a look at everything, which asks for another one if it is needed.
    if (!reloader.isUnderWay) reloader.request(because, urgency);
  }

  /** `refused`: reasons for a reload. `postponed`: what HAProxy will take later, e.g. to delete a server whose last request has just ended. */
  async #apply(
    steps: readonly RuntimeStep[],
  ): Promise<{ readonly refused: readonly string[]; readonly postponed: readonly RuntimeStep[] }> {
    if (steps.length === 0) return { refused: [], postponed: [] };
    const { outcomes } = await this.#options.haproxy.apply(steps);
    const refused = outcomes.filter((outcome) => outcome.kind === 'refused');
    this.#counters.refusedSteps += refused.length;
    for (const { step, command, answer } of refused) this.#options.log.warn({ step: step.kind, command, answer }, 'HAProxy refused a step');
    return {
      refused: refused.map(({ command, answer }) => `HAProxy answered '${answer}' to '${command}'`),
      postponed: outcomes.filter((outcome) => outcome.kind === 'postponed').map(({ step }) => step),
    };
  }

  /** After the steps the plan must be noop, but for what was postponed. */
  async #verify(scope: Scope, changed: Touched, postponed: readonly RuntimeStep[]): Promise<void> {
    const { haproxy, reloader, log } = this.#options;
    const observed = await haproxy.observe(scope);
    const rest = this.#plan(observed);
    const isPostponed = rest.kind === 'runtime' && rest.steps.every((step) => postponed.some((other) => equal(step, other)));
    if (rest.kind === 'noop' || isPostponed) {
      this.#settled(observed, postponed);
      return;
    }
    const cameMeanwhile = !this.#pending.isEmpty;
    this.#pending.restore(scope, changed);
    // What came in meanwhile may be the difference: looked at again together with it.
    if (cameMeanwhile) return;
    this.#counters.mismatches += 1;
    this.#mismatchesInRow += 1;
    log.warn(
      { steps: tally(rest.steps), because: rest.kind === 'reload' ? rest.because : [] },
      'HAProxy is not as desired after its steps',
    );
    if (this.#mismatchesInRow >= MISMATCHES_BEFORE_RELOAD && reloader.idle)
      reloader.request(['HAProxy was not as desired after its steps']);
  }

  #settled(observed: Observed, postponed: readonly RuntimeStep[] = []): void {
    this.#mismatchesInRow = 0;
    this.#applied = true;
    this.#watch.settled(observed);
    this.#noteWaiting(observed, postponed);
  }

  /** `unfinished`: steps whose servers or backends will be gone some time later, which `observed` does not tell. */
  #noteWaiting(observed: Observed, unfinished: readonly RuntimeStep[]): void {
    const waiting = new Map<string, readonly Wait[]>(waitingBackends(observed, this.#options.picture.desired));
    for (const step of unfinished)
      if ('backend' in step && typeof step.backend === 'string')
        waiting.set(step.backend, [...(waiting.get(step.backend) ?? []), { kind: 'last-connection' }]);
    this.#lookAgain.note(observed.scope, waiting);
  }

  #lookAt(backends: readonly string[]): void {
    const { reloader, picture } = this.#options;
    // Until a reload that is due a route may lead to a backend that is to go. A look at everything follows it, and sees that.
    this.#pending.addBackends(backends.filter((name) => reloader.idle || picture.desired.backends.has(name)));
    if (!this.#pending.isEmpty) this.#wake();
  }

  #report(plan: Plan, durationMs: number): void {
    this.#counters.cycles += 1;
    const steps = plan.kind === 'noop' ? [] : plan.steps;
    const because = plan.kind === 'reload' ? plan.because : [];
    this.#lastCycle = { at: new Date().toISOString(), kind: plan.kind, steps: steps.length, because, durationMs };
    this.#options.log[plan.kind === 'noop' ? 'debug' : 'info'](
      { plan: plan.kind, ...tally(steps), because, durationMs: Math.round(durationMs * 10) / 10 },
      'cycle',
    );
  }
}
