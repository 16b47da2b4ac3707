import { equal } from '../../kit/equal.ts';
import { without } from '../../kit/without.ts';
import type { Note } from '../action.ts';
import { type Book, nextRevision } from '../book.ts';
import { type Who, withHistory } from '../history.ts';
import { tidied } from '../room.ts';
import type { Rollout } from '../rollout.ts';
import type { GroupShares } from '../shares.ts';
import { drainingOf, type Entry, type RolloutState } from '../state.ts';
import { type Edited, withKey, withRollout } from './edit.ts';

/** As a phase begins. Who goes back does not wait for anybody. */
const begun = ({ step, paused, atRevision }: RolloutState, entry: Entry, at: string): RolloutState => ({
  ...(paused === undefined || entry.phase === 'aborting' ? {} : { paused }),
  ...{ step, atRevision, since: at, ...entry },
});

const goneOn = (state: RolloutState, { drain = [], restart = false, gone = false }: Note, at: string): RolloutState => {
  const next = { ...without(state, 'waitingFor'), since: restart ? at : state.since };
  if (!('draining' in next)) return next;
  const draining = { ...next.draining, ...Object.fromEntries(drain.map((id) => [id, at])) };
  return { ...next, draining, ...(gone ? { goneAt: at } : {}) };
};

const stateAfter = (book: Book, { state }: Rollout, note: Note, at: string): RolloutState => {
  const next = note.enter === undefined ? goneOn(state, note, at) : begun(state, note.enter, at);
  const isSet = note.shares !== undefined || !equal(drainingOf(next), drainingOf(state));
  return isSet ? { ...next, atRevision: nextRevision(book) } : next;
};

const sharesAfter = (book: Book, { group, options }: Rollout, note: Note, who: Who): Book['shares'] => {
  if (note.shares === undefined) return book.shares;
  if (note.shares === 'none') return withKey(book.shares, group, undefined);
  const preview = note.enter?.phase === 'ended' ? undefined : options.preview;
  const shares: GroupShares = { ...who, ...note.shares, splitBy: options.splitBy, ...(preview === undefined ? {} : { preview }) };
  return withKey(book.shares, group, shares);
};

/** The book with what was decided about a rollout of it. */
export const noted = (book: Book, rollout: Rollout, note: Note, who: Who): Edited<Rollout> => {
  const next = { ...rollout, state: stateAfter(book, rollout, note, who.at) };
  return withRollout({ ...book, shares: sharesAfter(book, rollout, note, who) }, tidied(withHistory(next, note.what, who)));
};
