/** For how long what is to be looked at was not looked at to the end. */
export class Lateness {
  readonly #nowMs: () => number;
  /** When each was last looked at, or first to be. */
  readonly #sinceMs = new Map<string, number>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** These are to be looked at, and no others. */
  expect(names: readonly string[]): void {
    for (const name of this.#sinceMs.keys()) if (!names.includes(name)) this.#sinceMs.delete(name);
    for (const name of names) if (!this.#sinceMs.has(name)) this.looked(name);
  }

  looked(name: string): void {
    this.#sinceMs.set(name, this.#nowMs());
  }

  /** Of the one that waits the longest; 0: there is none. */
  get ms(): number {
    const nowMs = this.#nowMs();
    return Math.max(0, ...[...this.#sinceMs.values()].map((sinceMs) => nowMs - sinceMs));
  }
}
