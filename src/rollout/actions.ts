import type { Note } from './action.ts';
import { without } from '../kit/without.ts';
import { type Edit, isRefusal, refuse, type Refusal } from './edits/edit.ts';
import { nearest } from './edits/nearest.ts';
import { goBackByHand, split, toShift, toStep } from './moves.ts';
import { shareAt } from './needed.ts';
import { noted } from './noted.ts';
import { whyNoDefinition } from './room.ts';
import type { Book } from './book.ts';
import type { Rollout, RolloutState } from './rollout.ts';
import type { Signed } from './signed.ts';

export const VERBS = ['pause', 'resume', 'promote', 'abort', 'undo'] as const;

/** What operators can ask of a rollout. */
export type Verb = (typeof VERBS)[number];

type Decide = (rollout: Rollout, book: Book, signed: Signed) => Rollout | Note | Refusal;

const no = (because: string): Refusal => refuse('REFUSED', because);

const said = (verb: string, { by, reason }: Signed): string => `${verb} by ${by}${reason === undefined ? '' : `: ${reason}`}`;

const ended = (rollout: Rollout): Refusal => no(`the rollout of ${rollout.group} has ended: ${rollout.state.outcome ?? 'done'}`);

const unpaused = (state: RolloutState): RolloutState => without(state, 'paused');

const pause: Decide = (rollout, _book, signed) => {
  const { state, group } = rollout;
  if (state.phase === 'ended') return ended(rollout);
  if (state.phase === 'aborting') return no(`the rollout of ${group} goes back: what is half the way back is no place to rest`);
  if (state.paused !== undefined) return no(`the rollout of ${group} is paused already, by ${state.paused.by}`);
  return { kind: 'note', state: { paused: signed }, what: [said('paused', signed)] };
};

/** What the new app has now, as far as the rollout has said it; undefined: it has said nothing, or is about to. */
const shareNow = (rollout: Rollout): number | undefined => {
  const { phase, step } = rollout.state;
  if (phase === 'preparing') return step === 0 ? undefined : shareAt(rollout, step - 1);
  return phase === 'holding' || phase === 'draining' || phase === 'keeping' ? shareAt(rollout, step) : undefined;
};

/** A hold begins when every Sluice has the share; in other phases nothing waits for it. */
const shiftBack = (rollout: Rollout, percent: number): Note => {
  if (rollout.state.phase === 'holding') return toShift(rollout);
  const what = [`share of ${rollout.to} ${percent} %`];
  return { kind: 'note', state: { phase: rollout.state.phase }, shares: { shares: split(rollout, percent), closed: [] }, what };
};

/** What was shifted by hand in the meantime is shifted back; the present hold, and its limits, begin anew. */
const resume: Decide = (rollout, book, signed) => {
  const { state, to, group } = rollout;
  if (state.paused === undefined) return no(`the rollout of ${group} is not paused`);
  const going = { ...rollout, state: unpaused(state) };
  const share = shareNow(rollout);
  const isShifted = share !== undefined && book.shares.get(group)?.shares[to] !== split(rollout, share)[to];
  const note: Note = isShifted ? shiftBack(going, share) : { kind: 'note', state: { phase: state.phase }, what: [] };
  return { ...note, state: { ...note.state, paused: undefined }, what: [said('resumed', signed), ...note.what] };
};

const promote: Decide = (rollout, _book, signed) => {
  const { state, options, from, group } = rollout;
  const what = [said('promoted', signed)];
  switch (state.phase) {
    case 'holding': {
      const isLast = state.step >= options.steps.length - 1;
      // The gates of the last hold are promoted over, too: what follows is what follows a hold of no length.
      if (isLast) return { ...rollout, options: { ...options, holdSeconds: 0, gates: [] }, state: { ...unpaused(state), gates: [] } };
      const note = toStep(rollout, state.step + 1);
      return { ...note, state: { ...note.state, paused: undefined }, what: [...what, ...note.what] };
    }
    case 'keeping':
      return {
        kind: 'note',
        state: { phase: 'draining', draining: {}, paused: undefined },
        what: [...what, `${from ?? ''} is not kept any longer`],
      };
    case 'draining':
    case 'aborting':
      return { ...rollout, options: { ...options, drainSeconds: 0, atDrainLimit: 'close' }, state: unpaused(state) };
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
  if (state.phase === 'ended') return state.outcome === 'done' ? no(`the rollout of ${group} is done: undo takes it back`) : ended(rollout);
  if (state.phase === 'aborting') return no(`the rollout of ${group} goes back already: ${state.because ?? ''}`);
  return goBackByHand(rollout, state.outcome === undefined ? 'aborted' : 'undone', said('abort', signed));
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
  return goBackByHand(rollout, 'undone', said('undo', signed));
};

const DECIDE: Readonly<Record<Verb, Decide>> = { pause, resume, promote, abort, undo };

const isNote = (decided: Rollout | Note): decided is Note => 'kind' in decided;

/** What an operator asks of the rollout of a group, as an edit of the book. */
export const act =
  (group: string, verb: Verb, signed: Signed): Edit<Rollout> =>
  (book) => {
    const rollout = book.rollouts.get(group);
    if (rollout === undefined) return refuse('NO_SUCH_GROUP', `there is no rollout of ${group}${nearest(group, book.rollouts.keys())}`);
    const decided = DECIDE[verb](rollout, book, signed);
    if (isRefusal(decided)) return decided;
    const note: Note = isNote(decided) ? decided : { kind: 'note', state: {}, what: [said('promoted', signed)] };
    const next = noted(book, isNote(decided) ? rollout : decided, note, signed);
    return { book: next, value: next.rollouts.get(group) as Rollout };
  };
