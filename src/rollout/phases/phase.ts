import type { Action } from '../action.ts';
import type { Facts } from '../facts.ts';
import type { Rollout } from '../rollout.ts';
import type { Phase } from '../state.ts';

/** What a look at a rollout comes to. */
export interface Finding {
  /** Why it must go back at once, also while it is paused; absent: it need not. */
  readonly trouble?: string | undefined;
  /** Else: the next thing to do. Not asked for while it is paused. */
  readonly next: () => Action;
}

/** What is done in one phase. */
export type InPhase<P extends Phase> = (rollout: Rollout<P>, facts: Facts) => Finding;
