import type { NextShares, Note } from './action.ts';
import type { Facts } from './facts.ts';
import { oldInstancesAt, shareAt } from './needed.ts';
import type { Rollout } from './rollout.ts';
import { livingTasks, workingTasks } from './serving.ts';
import { sharesOfBoth } from './shares.ts';
import type { Entry, StateIn } from './state.ts';

/** The ways from one phase to another, and no others: what the book says when a phase begins. */

const enter = (entry: Entry, what: readonly string[], shares?: Note['shares']): Note => ({
  ...{ kind: 'note', enter: entry, what },
  ...(shares === undefined ? {} : { shares }),
});

/** So much for the new app, and nobody is closed. */
export const withShare = (rollout: Rollout, percent: number): NextShares => ({ shares: sharesOfBoth(rollout, percent), closed: [] });

/** All for one; the other one has no share any more, not even none. */
const allFor = (appId: string): NextShares => ({ shares: { [appId]: 100 }, closed: [] });

export const toPreparing = (rollout: Rollout, step: number): Note =>
  enter({ phase: 'preparing', step }, [`step ${step + 1} of ${rollout.options.steps.length} begins: ${shareAt(rollout, step)} %`]);

export const toShifting = (rollout: Rollout): Note => {
  const percent = shareAt(rollout, rollout.state.step);
  return enter({ phase: 'shifting' }, [`share of ${rollout.to} ${percent} %`], withShare(rollout, percent));
};

export const toHolding = ({ options }: Rollout): Note => enter({ phase: 'holding', gates: [] }, [`held for ${options.holdSeconds} s`]);

const toShrinking = ({ from }: Rollout): Note =>
  enter({ phase: 'shrinking', draining: {} }, [`${from} gives up instances that its share does not need`]);

const toKeeping = ({ from, options }: Rollout): Note =>
  enter({ phase: 'keeping', outcome: 'done' }, [`done: ${from} is kept for ${options.keepSeconds} s`]);

const toEnding = (what: string): Note => enter({ phase: 'ending', outcome: 'done', draining: {} }, [what]);

/** From keeping. */
export const noLongerKept = ({ from = '' }: Rollout): Note => toEnding(`${from} is not kept any longer`);

/** After the last hold. The old app goes, or is kept for a while; where there is none, all is done. */
const toDone = (rollout: Rollout, facts: Facts): Note => {
  const { from, to, options } = rollout;
  if (from === undefined || facts.from === undefined)
    return enter({ phase: 'ended', outcome: 'done' }, [`done: ${to} has all`], allFor(to));
  return options.keepSeconds > 0 ? toKeeping(rollout) : toEnding(`done: ${from} is drained and ended`);
};

const hasTooMany = (rollout: Rollout, { from }: Facts): boolean => {
  const needed = oldInstancesAt(rollout, rollout.state.step);
  return livingTasks(from).length > needed || (from?.instances ?? 0) > needed;
};

/** What follows when a hold is over and all gates let it. */
export const afterHold = (rollout: Rollout, facts: Facts): Note => {
  const { state, options } = rollout;
  if (state.step >= options.steps.length - 1) return toDone(rollout, facts);
  if (options.surge === 'matched' && hasTooMany(rollout, facts)) return toShrinking(rollout);
  return toPreparing(rollout, state.step + 1);
};

type WhyBack = Pick<StateIn<'aborting'>, 'outcome' | 'because'>;

const toAborting = (why: WhyBack, what: readonly string[], shares?: NextShares): Note =>
  enter({ phase: 'aborting', ...why, draining: {} }, what, shares);

/** Back to the old app: with the same write, where it serves. */
export const goBack = (rollout: Rollout, facts: Facts, why: WhyBack): Note => {
  const { from } = rollout;
  const told = `${why.outcome}: ${why.because}`;
  const serves = from !== undefined && workingTasks(facts.from, from, facts.observed).length > 0;
  return serves ? toAborting(why, [told, `share of ${from} 100 %`], withShare(rollout, 0)) : toAborting(why, [told]);
};

/** The same as somebody asks for it, who sees no more than the book: what is given up goes at once, and an old app without a server has its share when it has one. */
export const abortByHand = (rollout: Rollout, because: string): Note => {
  const { from } = rollout;
  const why = { outcome: 'aborted', because } as const;
  return from === undefined ? toAborting(why, [because]) : toAborting(why, [because, `share of ${from} 100 %`], withShare(rollout, 0));
};

/** What is undone waits for the old app, which is of the group from now on though it may have to be made again. */
export const undoByHand = (rollout: Rollout, because: string): Note => {
  const why = { outcome: 'undone', because } as const;
  return rollout.from === undefined ? toAborting(why, [because]) : toAborting(why, [because], withShare(rollout, 100));
};

/** From ending: the old app is gone. */
export const oldIsGone = ({ from = '', to }: Rollout): Note =>
  enter({ phase: 'ended', outcome: 'done' }, [`${from} has ended`], allFor(to));

/**
 * From aborting: the way back is at its end.
 * @param left why the new app is left as it is; absent: it is gone
 */
export const isBack = ({ from, to, state: { outcome, because } }: Rollout<'aborting'>, left = `${to} is gone`): Note => {
  const entry: Entry = { phase: 'ended', outcome, because };
  return from === undefined ? enter(entry, [`${outcome}: ${left}`], 'none') : enter(entry, [`${outcome}: ${from} has all`], allFor(from));
};

/** From aborting: the old app has nobody who could take over, and the new one keeps all. */
export const newKeepsAll = (rollout: Rollout<'aborting'>): Note => {
  const because = `${rollout.state.because}, but ${rollout.from ?? ''} does not serve any more: ${rollout.to} keeps all`;
  return enter({ phase: 'ended', outcome: 'timed-out', because }, [because], withShare(rollout, 100));
};
