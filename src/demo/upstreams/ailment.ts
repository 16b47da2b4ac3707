/** What ails every task of an app, also those to come; on top of what its `env` asks for. Nothing in it: they are well. */
export interface Ailment {
  /** So many of a hundred answers are 500, evenly spread over each task's; not those of health paths. */
  readonly errorPercent?: number;
  /** Real ms before each answer; not of health paths. */
  readonly delayMs?: number;
  /** Health paths answer 503, COMMAND checks fail. */
  readonly health?: 'fail';
  /** Tasks fail as soon as they run. */
  readonly crash?: boolean;
}

export const WELL: Ailment = {};

/** Says of which turn it is to fail, so that after any number of turns the share is right: no chance, no cluster of errors. */
export class ErrorShare {
  #sum = 0;

  /** @param percent may be another one each time */
  isHit(percent: number): boolean {
    this.#sum += percent;
    if (this.#sum < 100) return false;
    this.#sum -= 100;
    return true;
  }
}
