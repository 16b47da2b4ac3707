import type { GroupView } from '../../report/book-views.ts';
import type { Outcome } from '../../rollout/state.ts';
import { EXIT } from '../exit-codes.ts';

const CODES: Readonly<Record<Outcome, number>> = { done: EXIT.ok, aborted: EXIT.aborted, undone: EXIT.aborted, 'timed-out': EXIT.timedOut };

const WORDS: Readonly<Record<Outcome, string>> = { done: 'done', aborted: 'aborted', undone: 'undone', 'timed-out': 'timed out' };

/** How a rollout came out, for who waits for it. */
export interface Settled {
  readonly exitCode: number;
  /** For people. */
  readonly line: string;
}

/** Who has all is looked up: an old app that did not come back is not said to have it. */
const lineOf = (outcome: Outcome, { apps }: GroupView, because: string | undefined): string => {
  const holder = apps.find(({ share }) => share === 100);
  return [WORDS[outcome], ...(holder === undefined ? [] : [`${holder.appId} has all`]), ...(because === undefined ? [] : [because])].join(
    ': ',
  );
};

/** undefined: it goes on, or there is none. While the old app is only kept to go back to, nothing is left to wait for. */
export const settled = (view: GroupView): Settled | undefined => {
  const { phase, outcome, because } = view.rollout?.state ?? {};
  if (outcome === undefined) return undefined;
  const line = lineOf(outcome, view, because);
  if (phase === 'keeping')
    return { exitCode: EXIT.ok, line: `${line}; the old one is kept: 'sluice rollout undo ${view.group}' goes back` };
  return phase === 'ended' ? { exitCode: CODES[outcome], line } : undefined;
};
