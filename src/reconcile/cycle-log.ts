import type { Logger } from 'pino';
import type { Plan } from '../plan/plan.ts';
import { type CycleReport, tally } from './status.ts';

/** What the cycles did: a line of the log for each, the last one for the status. */
export class CycleLog {
  readonly #log: Logger;
  #last: CycleReport | undefined;
  #count = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  get last(): CycleReport | undefined {
    return this.#last;
  }

  get count(): number {
    return this.#count;
  }

  add(plan: Plan, durationMs: number): void {
    const steps = plan.kind === 'noop' ? [] : plan.steps;
    const because = plan.kind === 'reload' ? plan.because : [];
    this.#count += 1;
    this.#last = { at: new Date().toISOString(), kind: plan.kind, steps: steps.length, because, durationMs };
    this.#log[plan.kind === 'noop' ? 'debug' : 'info'](
      { plan: plan.kind, ...tally(steps), because, durationMs: Math.round(durationMs * 10) / 10 },
      'cycle',
    );
  }
}
