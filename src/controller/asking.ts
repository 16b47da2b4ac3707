import { messageOf } from '../kit/error.ts';
import type { GateResult } from '../rollout/gate.ts';

/** What probes and commands said, by their place in a rollout's gates. */
type Results = Readonly<Record<number, GateResult>>;

/** Probes and commands of one hold while they are asked: they may take an hour, and nobody waits for them. */
export class Asking {
  /** When the hold began. */
  readonly since: string;
  /** When they have answered, were given up, or failed; rejects never. */
  readonly ended: Promise<void>;
  readonly #ending = new AbortController();
  /** Undefined: not yet, or never. */
  results: Results | undefined;
  /** Why they could not be asked. */
  error: Error | undefined;

  constructor(since: string, ask: (signal: AbortSignal) => Promise<Results>) {
    this.since = since;
    this.ended = this.#ask(ask);
  }

  /** What they say from now on is not asked for any more. */
  giveUp(): void {
    this.#ending.abort();
  }

  async #ask(ask: (signal: AbortSignal) => Promise<Results>): Promise<void> {
    const { signal } = this.#ending;
    try {
      const results = await ask(signal);
      if (!signal.aborted) this.results = results;
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(messageOf(error));
    }
  }
}

/** All that is being asked, also when nobody waits for it any more. */
export class Askings {
  readonly #open = new Set<Asking>();

  /** @param answered called once there are results */
  begin(since: string, ask: (signal: AbortSignal) => Promise<Results>, answered: () => void): Asking {
    const asking = new Asking(since, ask);
    this.#open.add(asking);
    void asking.ended.then(() => {
      this.#open.delete(asking);
      if (asking.results !== undefined) answered();
    });
    return asking;
  }

  /** All are given up; when they have ended. */
  async close(): Promise<void> {
    for (const asking of this.#open) asking.giveUp();
    await Promise.all([...this.#open].map(async ({ ended }) => ended));
  }
}
