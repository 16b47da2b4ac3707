import type { Logger } from 'pino';
import type { Haproxy } from '../haproxy/haproxy.ts';
import { equal } from '../kit/equal.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Observed, Scope, Touched } from '../plan/observed.ts';
import type { Plan, RuntimeStep } from '../plan/plan.ts';
import { starvingBackends } from '../plan/starving.ts';
import { type Wait, waitingBackends } from '../plan/waiting.ts';
import type { DriftWatch } from './drift.ts';
import type { LookAgain } from './look-again.ts';
import type { Pending } from './pending.ts';
import type { Picture } from './picture.ts';
import type { Reloader, Urgency } from './reloader.ts';
import type { Saver } from './saver.ts';
import { tally } from './status.ts';

interface ConvergenceParts {
  readonly log: Logger;
  readonly picture: Picture;
  readonly haproxy: Haproxy;
  readonly reloader: Reloader;
  readonly saver: Saver;
  readonly pending: Pending;
  readonly lookAgain: LookAgain;
  readonly drift: DriftWatch;
}

/** What was taken from what is pending. */
export interface Work {
  readonly scope: Scope;
  /** What is known to have changed, where the scope does not say it. */
  readonly changed: Touched;
}

/** How often in a row HAProxy may differ after its steps before it is reloaded. */
const MISMATCHES_BEFORE_RELOAD = 3;

/** Makes HAProxy as desired, as far as steps can, and leaves the rest to a reload: observe, plan, apply, observe again. */
export class Convergence {
  readonly #parts: ConvergenceParts;
  #applied = false;
  #mismatchesInRow = 0;
  readonly #counts = { steps: 0, refusedSteps: 0, mismatches: 0 };

  constructor(parts: ConvergenceParts) {
    this.#parts = parts;
  }

  /** A first state was applied and confirmed since this process began. */
  get applied(): boolean {
    return this.#applied;
  }

  /** How often HAProxy was not as desired after its steps, since it last was. */
  get mismatchesInRow(): number {
    return this.#mismatchesInRow;
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
    const plan = this.#plan(observed);
    if (plan.kind === 'noop') {
      this.#settled(observed);
      return plan;
    }
    const { refused, postponed } = await this.#apply(plan.steps);
    if (plan.steps.length > 0) saver.request();
    const because = [...(plan.kind === 'reload' ? plan.because : []), ...refused];
    if (because.length > 0) this.#leaveToReload(observed, plan.steps, because);
    else {
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

  /** `refused`: reasons for a reload. `postponed`: what HAProxy will take later, e.g. to delete a server whose last request has just ended. */
  async #apply(
    steps: readonly RuntimeStep[],
  ): Promise<{ readonly refused: readonly string[]; readonly postponed: readonly RuntimeStep[] }> {
    if (steps.length === 0) return { refused: [], postponed: [] };
    const { outcomes } = await this.#parts.haproxy.apply(steps);
    const refused = outcomes.filter((outcome) => outcome.kind === 'refused');
    this.#counts.refusedSteps += refused.length;
    for (const { step, command, answer } of refused) this.#parts.log.warn({ step: step.kind, command, answer }, 'HAProxy refused a step');
    return {
      refused: refused.map(({ command, answer }) => `HAProxy answered '${answer}' to '${command}'`),
      postponed: outcomes.filter((outcome) => outcome.kind === 'postponed').map(({ step }) => step),
    };
  }

  /** The reload may be held back for minutes: what waits to go is looked at meanwhile. */
  #leaveToReload(observed: Observed, steps: readonly RuntimeStep[], because: readonly string[]): void {
    const { reloader, picture } = this.#parts;
    this.#noteWaiting(
      observed,
      steps.filter((step) => step.kind === 'retire-server'),
    );
    const urgency: Urgency = starvingBackends(observed, picture.desired, steps).length > 0 ? 'urgent' : 'may-wait';
    // A reload under way ends with a look at everything, which asks for another one if it is needed.
    if (!reloader.isUnderWay) reloader.request(because, urgency);
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
    const rest = this.#plan(observed);
    const isPostponed = rest.kind === 'runtime' && rest.steps.every((step) => postponed.some((other) => equal(step, other)));
    if (rest.kind === 'noop' || isPostponed) {
      this.#settled(observed, postponed);
      return;
    }
    const cameMeanwhile = !pending.isEmpty;
    pending.restore(work.scope, work.changed);
    // What came in meanwhile may be the difference: looked at again together with it.
    if (!cameMeanwhile) this.#mismatched(rest);
  }

  #mismatched(rest: Exclude<Plan, { readonly kind: 'noop' }>): void {
    const { reloader, log } = this.#parts;
    this.#counts.mismatches += 1;
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
    this.#parts.drift.settled(observed);
    this.#noteWaiting(observed, postponed);
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
