/** How requests ended. What is not 'ok' is a failure, by the name of its kind. */
export type Outcomes = Readonly<Record<string, number>>;

/** Hears of each request how it ended. `answer`: what came, as far as it came. */
export interface Notes {
  note(outcome: string, tookMs: number, answer: string): void;
}

export class Tally implements Notes {
  readonly #counts: Record<string, number> = {};
  readonly #latencies: number[] = [];

  note(outcome: string, tookMs: number): void {
    this.#counts[outcome] = (this.#counts[outcome] ?? 0) + 1;
    if (outcome === 'ok') this.#latencies.push(tookMs);
  }

  get outcomes(): Outcomes {
    return { ...this.#counts };
  }

  /** Of those that went well, in ms. */
  get latencies(): readonly number[] {
    return this.#latencies;
  }
}
