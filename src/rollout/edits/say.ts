import { without } from '../../kit/without.ts';
import type { Note } from '../action.ts';
import type { Book } from '../book.ts';
import { shareAt } from '../needed.ts';
import { whyNoDefinition } from '../room.ts';
import type { Rollout } from '../rollout.ts';
import { sharesOfBoth } from '../shares.ts';
import type { Signed } from '../signed.ts';
import { abortByHand, noLongerKept, toPreparing, toShifting, undoByHand, withShare } from '../transitions.ts';
import type { Edit } from './edit.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { nearest } from './nearest.ts';
import { noted } from './noted.ts';

export const VERBS = ['pause', 'resume', 'promote', 'abort', 'undo'] as const;

/** What operators can say to a rollout. */
export type Verb = (typeof VERBS)[number];

/** The rollout as it is from now on, and what follows for it. */
interface Decided {
  readonly rollout: Rollout;
  readonly note: Note;
}

type Decide = (rollout: Rollout, book: Book, signed: Signed) => Decided | Refusal;

const no = (because: string): Refusal => refuse('REFUSED', because);

const said = (verb: string, { by, reason }: Signed): string => `${verb} by ${by}${reason === undefined ? '' : `: ${reason}`}`;

/** With these words before what is noted besides. */
const decided = (rollout: Rollout, words: string, note: Partial<Note> = {}): Decided => ({
  rollout,
  note: { ...note, kind: 'note', what: [words, ...(note.what ?? [])] },
});

const ended = ({ group, state: { outcome = 'done' } }: Rollout): Refusal => no(`the rollout of ${group} has ended: ${outcome}`);

const unpaused = (rollout: Rollout): Rollout => ({ ...rollout, state: without(rollout.state, 'paused') });

const pause: Decide = (rollout, _book, signed) => {
  const { state, group } = rollout;
  if (state.phase === 'ended') return ended(rollout);
  if (state.phase === 'aborting') return no(`the rollout of ${group} goes back: what is half the way back is no place to rest`);
  if (state.paused !== undefined) return no(`the rollout of ${group} is paused already, by ${state.paused.by}`);
  return decided({ ...rollout, state: { ...state, paused: signed } }, said('paused', signed));
};

/** What the new app has now, as far as the rollout has said it; undefined: it has said nothing, or is about to. */
const shareNow = (rollout: Rollout): number | undefined => {
  const { phase, step } = rollout.state;
  if (phase === 'preparing') return step === 0 ? undefined : shareAt(rollout, step - 1);
  const isSaid = phase === 'holding' || phase === 'shrinking' || phase === 'keeping' || phase === 'ending';
  return isSaid ? shareAt(rollout, step) : undefined;
};

/** A hold begins when every Sluice has the share; in other phases nothing waits for it. */
const shiftBack = (rollout: Rollout, percent: number): Partial<Note> =>
  rollout.state.phase === 'holding'
    ? toShifting(rollout)
    : { restart: true, shares: withShare(rollout, percent), what: [`share of ${rollout.to} ${percent} %`] };

/** What was shifted by hand in the meantime is shifted back; the present hold, and its limits, begin anew. */
const resume: Decide = (rollout, book, signed) => {
  const { state, to, group } = rollout;
  if (state.paused === undefined) return no(`the rollout of ${group} is not paused`);
  const share = shareNow(rollout);
  const isShifted = share !== undefined && book.shares.get(group)?.shares[to] !== sharesOfBoth(rollout, share)[to];
  return decided(unpaused(rollout), said('resumed', signed), isShifted ? shiftBack(rollout, share) : { restart: true });
};

/** The last hold has no next step: it is over, and its gates are not asked. */
const endHold = (rollout: Rollout<'holding'>, words: string): Decided => {
  const { state, options } = rollout;
  if (state.step < options.steps.length - 1) return decided(unpaused(rollout), words, toPreparing(rollout, state.step + 1));
  return decided(unpaused({ ...rollout, state: { ...state, gates: [], promoted: true } }), words);
};

const promote: Decide = (rollout, _book, signed) => {
  const { state, group } = rollout;
  const words = said('promoted', signed);
  switch (state.phase) {
    case 'holding':
      return endHold({ ...rollout, state }, words);
    case 'keeping':
      return decided(unpaused(rollout), words, noLongerKept(rollout));
    case 'shrinking':
    case 'ending':
    case 'aborting':
      return decided(unpaused({ ...rollout, state: { ...state, closes: true } }), words);
    case 'ended':
      return ended(rollout);
    default:
      return no(
        `the rollout of ${group} is ${state.phase}: only a hold, a drain or the time for which the old app is kept can be cut short`,
      );
  }
};

const abort: Decide = (rollout, _book, signed) => {
  const { state, group } = rollout;
  const words = said('abort', signed);
  if (state.phase === 'ended') return state.outcome === 'done' ? no(`the rollout of ${group} is done: undo takes it back`) : ended(rollout);
  if (state.phase === 'aborting') return no(`the rollout of ${group} goes back already: ${state.because}`);
  return { rollout, note: state.outcome === 'done' ? undoByHand(rollout, words) : abortByHand(rollout, words) };
};

const undo: Decide = (rollout, book, signed) => {
  const { state, group, from, to } = rollout;
  if (state.outcome === undefined) return no(`the rollout of ${group} still runs: abort takes it back`);
  if (state.outcome !== 'done') return no(`the rollout of ${group} was taken back already: ${state.because ?? state.outcome}`);
  if (from === undefined) return no(`${to} took nobody's place: there is nothing to go back to`);
  const why = whyNoDefinition(rollout);
  if (why !== undefined) return no(why);
  const other = Object.keys(book.shares.get(group)?.shares ?? {}).find((appId) => appId !== from && appId !== to);
  if (other !== undefined) return no(`${other} has taken a share of ${group} since then: start a rollout from what serves now`);
  return { rollout, note: undoByHand(rollout, said('undo', signed)) };
};

const DECIDE: Readonly<Record<Verb, Decide>> = { pause, resume, promote, abort, undo };

/** What an operator says to the rollout of a group. */
export const say =
  (group: string, verb: Verb, signed: Signed): Edit<Rollout> =>
  (book) => {
    const rollout = book.rollouts.get(group);
    if (rollout === undefined) return refuse('NO_SUCH_GROUP', `there is no rollout of ${group}${nearest(group, book.rollouts.keys())}`);
    const answer = DECIDE[verb](rollout, book, signed);
    return isRefusal(answer) ? answer : noted(book, answer.rollout, answer.note, signed);
  };
