import { messageOf } from '../kit/error.ts';

/** What was made, to be closed last made first; each is tried, whatever the others do. */
export class Made {
  readonly #closers: (() => unknown)[] = [];

  add<T>(thing: T, close: (thing: T) => unknown): T {
    this.#closers.push(() => close(thing));
    return thing;
  }

  every(ms: number, look: () => Promise<void>): void {
    this.add(
      setInterval(() => void look(), ms),
      (timer) => clearInterval(timer),
    );
  }

  /** Throws what went wrong: one error as it is, several in one. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 1) throw new AggregateError(errors, errors.map(messageOf).join('; '));
    if (errors.length === 1) throw errors[0];
  }
}
