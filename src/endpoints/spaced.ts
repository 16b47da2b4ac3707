/** Does something at once, and again only after a pause: what is asked for meanwhile is done once, at its end. */
export class Spaced {
  readonly #work: () => void;
  readonly #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isAsked = false;

  constructor(work: () => void, pauseMs: number) {
    this.#work = work;
    this.#pauseMs = pauseMs;
  }

  ask(): void {
    if (this.#timer === undefined) this.#do();
    else this.#isAsked = true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#isAsked = false;
  }

  #do(): void {
    this.#work();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isAsked) return;
      this.#isAsked = false;
      this.#do();
    }, this.#pauseMs);
  }
}
