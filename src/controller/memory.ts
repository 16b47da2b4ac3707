import type { Hold } from '../rollout/facts.ts';
import type { Observations } from '../rollout/observation.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { RolloutState } from '../rollout/state.ts';
import { heldOn } from '../rollout/window.ts';
import type { Asking } from './asking.ts';

/** The hold that began at `since`, from when this controller knows it. */
type KnownHold = Hold & { readonly since: string };

/** What is known of a rollout besides the book: lost with this process, and then asked anew. */
export interface Memory {
  readonly rolloutId: string;
  hold: KnownHold | undefined;
  /** The probes and commands of the present phase. */
  asking: Asking | undefined;
  /** Why Marathon does not take the new app. */
  refused: string | undefined;
  /** When it was last written down what it waits for. */
  toldAtMs: number;
}

const nothingKnown = (rolloutId: string): Memory => ({
  ...{ rolloutId, hold: undefined, asking: undefined, refused: undefined },
  toldAtMs: -Infinity,
});

/** What is remembered of the hold after another look. */
export const holdAfter = (
  before: KnownHold | undefined,
  { phase, since }: RolloutState,
  observed: Observations,
  nowMs: number,
): KnownHold | undefined => {
  const hold = phase === 'holding' && before?.since !== since ? { since, sinceMs: nowMs, observed } : before;
  return hold === undefined ? undefined : { since: hold.since, ...heldOn(hold, observed, nowMs) };
};

/** What is known of each group's rollout. */
export class Memories {
  readonly #byGroup = new Map<string, Memory>();

  of({ group, id, state }: Rollout): Memory {
    if (this.#byGroup.get(group)?.rolloutId !== id) this.forget(group);
    const memory = this.#byGroup.get(group) ?? nothingKnown(id);
    this.#byGroup.set(group, memory);
    if (memory.asking?.since === state.since) return memory;
    // What is asked in one phase is of no use in the next.
    memory.asking?.giveUp();
    memory.asking = undefined;
    return memory;
  }

  forget(group: string): void {
    this.#byGroup.get(group)?.asking?.giveUp();
    this.#byGroup.delete(group);
  }
}
