import type { Logger } from 'pino';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { equal } from '../kit/equal.ts';
import { DURATION_BOUNDS, Histogram } from '../kit/histogram.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Observed, Touched } from '../plan/observed.ts';
import { type Plan, type Reason, type RuntimeStep, wordsOf } from '../plan/plan.ts';
import { starvingBackends } from '../plan/starving.ts';
import { type Wait, waitingBackends } from '../plan/waiting.ts';
import type { Arrival } from './arrivals.ts';
import type { DriftWatch } from './drift.ts';
import type { Work } from './later.ts';
import type { LookAgain } from './look-again.ts';
import { Obstinate } from './obstinate.ts';
import type { Pending } from './pending.ts';
import type { Picture } from '../picture/picture.ts';
import type { Reloader, Urgency } from '../reload/reloader.ts';
import type { Saver } from '../reload/saver.ts';
import { tally } from '../plan/tally.ts';
import { UrgentReloads } from '../reload/urgent-reloads.ts';

interface ConvergenceParts {
  readonly log: Logger;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly reloader: Reloader;
  readonly saver: Saver;
  readonly pending: Pending;
  readonly lookAgain: LookAgain;
  readonly drift: DriftWatch;
  /** It is to be done again after a while: it was in vain so many times already. */
  readonly again: (work: Work, times: number) => void;
  /** Desired is the same, its problems are others. */
  readonly onProblems: () => void;
}

/** How often one thing may differ after its steps before HAProxy is reloaded. */
const MISMATCHES_BEFORE_RELOAD = 3;

/** Makes HAProxy as desired, as far as steps can, and leaves the rest to a reload: observe, plan, apply, observe again. */
export class Convergence {
  readonly #parts: ConvergenceParts;
  readonly #obstinate: Obstinate;
  readonly #urgent: UrgentReloads;
  #applied = false;
  readonly #counts = { steps: 0, refusedSteps: 0, mismatches: 0 };
  /** From the arrival of a change to the look that found it in HAProxy, in seconds. */
  readonly eventToApplied = new Histogram(DURATION_BOUNDS);

  constructor(parts: ConvergenceParts) {
    this.#parts = parts;
    const { picture, reloader, onProblems } = parts;
    this.#urgent = new UrgentReloads({ reloads: () => reloader.counts.reloads });
    this.#obstinate = new Obstinate({
      desired: () => picture.desired,
      reloads: () => reloader.counts.reloads,
      onChange: (givenUp) => {
        picture.setGivenUp(givenUp);
        onProblems();
      },
    });
  }

  /** A first state was applied and confirmed since this process began. */
  get applied(): boolean {
    return this.#applied;
  }

  get counts(): { readonly steps: number; readonly refusedSteps: number; readonly mismatches: number } {
    return this.#counts;
  }

  /** Resolves to what was planned. What must be looked at again is pending then. Throws when HAProxy cannot be asked or told. */
  async once(work: Work): Promise<Plan> {
    const { haproxy, picture, pending, reloader, saver, drift } = this.#parts;
    const observed = pending.withoutNews(await haproxy.observe(work.scope), picture.desired);
    // Its files may be older than what its predecessor had been told since.
    if (!reloader.isUnderWay && drift.isForeign(observed)) pending.addAll();
    const whole = this.#plan(observed);
    const plan = this.#obstinate.without(whole);
    if (plan.kind === 'noop') {
      this.#settled(observed, whole, work.arrivals);
      return plan;
    }
    const { refused, postponed } = await this.#apply(plan.steps);
    if (plan.steps.length > 0) saver.request();
    if (plan.kind === 'reload' || refused.length > 0) {
      // The look at everything that follows the reload finds them applied.
      pending.putBackArrivals(work.arrivals);
      this.#leaveToReload(observed, plan.steps, [...(plan.kind === 'reload' ? plan.because : []), ...refused]);
    } else {
      this.#noteRepairs(observed, plan.steps, work.changed);
      await this.#verify(work, postponed);
    }
    this.#counts.steps += plan.steps.length;
    return plan;
  }

  #plan(observed: Observed): Plan {
    const { picture, haproxy } = this.#parts;
    return makePlan(observed, picture.desired, picture.fingerprint, haproxy.capabilities);
  }

  /** `refused`: reasons for a reload, where steps were refused for the first time. `postponed`: what HAProxy will take later, e.g. to delete a server whose last request has just ended. */
  async #apply(
    steps: readonly RuntimeStep[],
  ): Promise<{ readonly refused: readonly Reason[]; readonly postponed: readonly RuntimeStep[] }> {
    if (steps.length === 0) return { refused: [], postponed: [] };
    const { outcomes } = await this.#parts.haproxy.apply(steps);
    const refused = outcomes.filter((outcome) => outcome.kind === 'refused');
    this.#counts.refusedSteps += refused.length;
    for (const { step, command, answer } of refused) this.#parts.log.warn({ step: step.kind, command, answer }, 'HAProxy refused a step');
    const told = refused.map(({ step, command, answer }) => ({ step, words: `HAProxy answered '${answer}' to '${command}'` }));
    return {
      refused: this.#obstinate.refused(told).map(({ words }) => ({ words })),
      postponed: outcomes.filter((outcome) => outcome.kind === 'postponed').map(({ step }) => step),
    };
  }

  /** The reload may be held back for minutes: what waits to go is looked at meanwhile. */
  #leaveToReload(observed: Observed, steps: readonly RuntimeStep[], because: readonly Reason[]): void {
    const { reloader, picture } = this.#parts;
    this.#noteWaiting(
      observed,
      steps.filter((step) => step.kind === 'retire-server'),
    );
    // One under way ends with a look at everything, which asks for another one if it is needed.
    if (reloader.isUnderWay) return;
    const starving = starvingBackends(observed, picture.desired, steps).filter((backend) => !this.#obstinate.isGivenUp(backend));
    const urgency: Urgency = this.#urgent.areFor(starving) ? 'urgent' : 'may-wait';
    const reasons = this.#obstinate.worthAReload(because);
    if (reasons.length > 0) reloader.request(wordsOf(reasons), urgency);
  }

  /** What waits for a reload comes again with each look until then. */
  #noteRepairs(observed: Observed, steps: readonly RuntimeStep[], changed: Touched): void {
    const { reloader, drift, lookAgain, pending } = this.#parts;
    if (observed.scope !== 'all' || !reloader.idle) return;
    const waiting: Touched = { backends: lookAgain.backends, mapKeys: new Map() };
    drift.noteRepairs(observed, steps, [changed, pending.changed, waiting]);
  }

  /** After the steps the plan must be noop, but for what was postponed. */
  async #verify(work: Work, postponed: readonly RuntimeStep[]): Promise<void> {
    const { haproxy, pending } = this.#parts;
    const observed = await haproxy.observe(work.scope);
    const whole = this.#plan(observed);
    const rest = this.#obstinate.without(whole);
    const isPostponed = rest.kind === 'runtime' && rest.steps.every((step) => postponed.some((other) => equal(step, other)));
    if (rest.kind === 'noop' || isPostponed) {
      this.#settled(observed, whole, work.arrivals, postponed);
      return;
    }
    // What came in meanwhile may be the difference: looked at again together with it.
    if (!pending.isEmpty) pending.restore(work.scope, work.changed, work.arrivals);
    else this.#parts.again(work, this.#mismatched(rest));
  }

  /** Returns how often it was so. */
  #mismatched(rest: Exclude<Plan, { readonly kind: 'noop' }>): number {
    const { reloader, log } = this.#parts;
    this.#counts.mismatches += 1;
    log.warn(
      { steps: tally(rest.steps), because: rest.kind === 'reload' ? wordsOf(rest.because) : [] },
      'HAProxy is not as desired after its steps',
    );
    const times = this.#obstinate.stillNeeded(rest.steps);
    if (times === MISMATCHES_BEFORE_RELOAD && reloader.idle) reloader.request(['HAProxy was not as desired after its steps']);
    return Math.max(1, times);
  }

  /** `whole`: what there is to do, given up or not. */
  #settled(observed: Observed, whole: Plan, arrivals: readonly Arrival[], postponed: readonly RuntimeStep[] = []): void {
    this.#applied = true;
    this.#obstinate.settled(observed, whole);
    this.#parts.drift.settled(observed);
    this.#noteWaiting(observed, postponed);
    const nowMs = performance.now();
    for (const { atMs, count } of arrivals) this.eventToApplied.add((nowMs - atMs) / 1000, count);
  }

  /** `unfinished`: steps whose servers or backends will be gone some time later, which `observed` does not tell. */
  #noteWaiting(observed: Observed, unfinished: readonly RuntimeStep[]): void {
    const waiting = new Map<string, readonly Wait[]>(waitingBackends(observed, this.#parts.picture.desired));
    for (const step of unfinished)
      if ('backend' in step && typeof step.backend === 'string')
        waiting.set(step.backend, [...(waiting.get(step.backend) ?? []), { kind: 'last-connection' }]);
    this.#parts.lookAgain.note(observed.scope, waiting);
  }
}
