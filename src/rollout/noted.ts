import { without } from '../kit/without.ts';
import type { Note } from './action.ts';
import type { Book } from './book.ts';
import { withKey } from './edits/edit.ts';
import { recent, tidied } from './room.ts';
import type { HistoryEntry, Rollout, RolloutState } from './rollout.ts';
import type { GroupShares } from './shares.ts';

/** Beyond that the oldest go: a book must stay small. */
const MOST_ENTRIES = 200;

interface Who {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

export const withHistory = ({ history, ...rollout }: Rollout, what: readonly string[], { by, at }: Who): Rollout => {
  const added = what.map((text): HistoryEntry => ({ at, by, what: text }));
  return { ...rollout, history: recent([...history, ...added].slice(-MOST_ENTRIES)) };
};

const stateAfter = (book: Book, { state }: Rollout, note: Note, { at }: Who): RolloutState => {
  const kept = without(state, 'waitingFor', 'paused');
  const { paused = state.paused, ...changed } = note.state;
  // Who goes back does not wait.
  const isResumed = changed.phase === 'aborting' || ('paused' in note.state && note.state.paused === undefined);
  const isSet = note.shares !== undefined || note.state.draining !== undefined;
  return {
    ...kept,
    ...changed,
    ...(paused === undefined || isResumed ? {} : { paused }),
    since: note.state.phase === undefined ? state.since : at,
    // The keeper counts it up with each write.
    atRevision: isSet ? book.revision + 1 : state.atRevision,
  };
};

const sharesAfter = (book: Book, { group, options }: Rollout, note: Note, who: Who): Book['shares'] => {
  if (note.shares === undefined) return book.shares;
  if (note.shares === 'none') return withKey(book.shares, group, undefined);
  const preview = note.state.phase === 'ended' ? undefined : options.preview;
  const shares: GroupShares = { ...who, ...note.shares, splitBy: options.splitBy, ...(preview === undefined ? {} : { preview }) };
  return withKey(book.shares, group, shares);
};

/** The book with what was decided about a rollout of it. */
export const noted = (book: Book, rollout: Rollout, note: Note, who: Who): Book => {
  const next = tidied(withHistory({ ...rollout, state: stateAfter(book, rollout, note, who) }, note.what, who));
  return { ...book, shares: sharesAfter(book, rollout, note, who), rollouts: withKey(book.rollouts, rollout.group, next) };
};
