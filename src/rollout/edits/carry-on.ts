import { equal } from '../../kit/equal.ts';
import type { Note, Waiting } from '../action.ts';
import type { Book } from '../book.ts';
import { type Who, withHistory } from '../history.ts';
import type { Rollout } from '../rollout.ts';
import type { RolloutState } from '../state.ts';
import { type Edit, type Edited, withRollout } from './edit.ts';
import { refuse } from '../refusal.ts';
import { noted } from './noted.ts';

/** What the controller writes about a rollout. It counts only if the rollout is still the one that was decided about. */

const CHANGED = refuse('ROLLOUT_RUNS', 'somebody else has decided something about it in the meantime');

const ifStill =
  (rollout: Rollout, change: (book: Book) => Edited<Rollout>): Edit<Rollout> =>
  (book) =>
    equal(book.rollouts.get(rollout.group), rollout) ? change(book) : CHANGED;

/** What was decided. */
export const takeNote = (rollout: Rollout, note: Note, who: Who): Edit<Rollout> =>
  ifStill(rollout, (book) => noted(book, rollout, note, who));

/** What is about to be done in Marathon. */
export const writeDown = (rollout: Rollout, what: string, who: Who): Edit<Rollout> =>
  ifStill(rollout, (book) => withRollout(book, withHistory(rollout, [what], who)));

const waiting = ({ state }: Rollout, { for: waitingFor, gates }: Waiting): RolloutState =>
  state.phase === 'holding' ? { ...state, waitingFor, gates: gates ?? state.gates } : { ...state, waitingFor };

/** What is waited for. */
export const tellWait = (rollout: Rollout, action: Waiting): Edit<Rollout> =>
  ifStill(rollout, (book) => withRollout(book, { ...rollout, state: waiting(rollout, action) }));

/** It stands in the book already. */
export const isTold = (rollout: Rollout, action: Waiting): boolean => equal(waiting(rollout, action), rollout.state);
