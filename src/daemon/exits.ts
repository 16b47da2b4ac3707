/** That HAProxy ended, told to who comes later, too: it may end while Sluice starts. */
export class Exits {
  #listener: (() => void) | undefined;
  #isMissed = false;

  note(): void {
    if (this.#listener === undefined) this.#isMissed = true;
    else this.#listener();
  }

  follow(listener: () => void): void {
    this.#listener = listener;
    if (this.#isMissed) listener();
  }
}
