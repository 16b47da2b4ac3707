import type { Outcome, Rollout } from '../../rollout/rollout.ts';
import { EXIT } from '../exit-codes.ts';

const CODES: Readonly<Record<Outcome, number>> = { done: EXIT.ok, aborted: EXIT.aborted, undone: EXIT.aborted, 'timed-out': EXIT.timedOut };

/** How a rollout came out, for who waits for it. */
export interface Settled {
  readonly exitCode: number;
  /** For people. */
  readonly line: string;
}

const WORDS: Readonly<Record<Outcome, string>> = {
  done: 'done: the new app has all',
  aborted: 'aborted: the old app has all',
  undone: 'undone: the old app has all',
  'timed-out': 'timed out: the old app has all',
};

/** undefined: it goes on. While the old app is only kept to go back to, nothing is left to wait for. */
export const settled = ({ group, state }: Rollout): Settled | undefined => {
  const { phase, outcome, because } = state;
  if (phase === 'keeping')
    return { exitCode: EXIT.ok, line: `${WORDS.done}; the old one is kept: 'sluice rollout undo ${group}' goes back` };
  if (phase !== 'ended' || outcome === undefined) return undefined;
  return { exitCode: CODES[outcome], line: `${WORDS[outcome]}${because === undefined ? '' : `: ${because}`}` };
};
