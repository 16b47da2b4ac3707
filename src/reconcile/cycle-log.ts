import type { Logger } from 'pino';
import { DURATION_BOUNDS, Histogram } from '../kit/histogram.ts';
import { type Plan, wordsOf } from '../plan/plan.ts';
import { tally } from '../plan/tally.ts';
import type { CycleCounters, CycleReport } from './cycle-report.ts';

/** What the cycles did: a line of the log for each, the last one for the status. */
export class CycleLog {
  readonly #log: Logger;
  #last: CycleReport | undefined;
  readonly #counts = { cycles: 0, runtimeCycles: 0, reloadCycles: 0 };
  readonly durations = new Histogram(DURATION_BOUNDS);

  constructor(log: Logger) {
    this.#log = log;
  }

  get last(): CycleReport | undefined {
    return this.#last;
  }

  get counts(): Pick<CycleCounters, 'cycles' | 'runtimeCycles' | 'reloadCycles'> {
    return this.#counts;
  }

  add(plan: Plan, durationMs: number): void {
    const steps = plan.kind === 'noop' ? [] : plan.steps;
    const because = plan.kind === 'reload' ? wordsOf(plan.because) : [];
    this.#counts.cycles += 1;
    if (plan.kind !== 'noop') this.#counts[`${plan.kind}Cycles`] += 1;
    this.durations.add(durationMs / 1000);
    this.#last = { at: new Date().toISOString(), kind: plan.kind, steps: steps.length, because, durationMs };
    this.#log[plan.kind === 'noop' ? 'debug' : 'info'](
      { plan: plan.kind, ...tally(steps), because, durationMs: Math.round(durationMs * 10) / 10 },
      'cycle',
    );
  }
}
