import type { Note } from './action.ts';
import type { Facts } from './facts.ts';
import { oldInstancesAt, shareAt } from './needed.ts';
import type { Outcome, Rollout } from './rollout.ts';
import { livingTasks, workingTasks } from './serving.ts';

/** What the book says when a rollout goes from one phase to another. */

/** A tenth of a percent is the finest. */
const rest = (percent: number): number => Math.round(1000 - 10 * percent) / 10;

/** The share of the new app, and the rest for the old one. */
export const split = ({ from, to }: Pick<Rollout, 'from' | 'to'>, percent: number): Readonly<Record<string, number>> =>
  from === undefined ? { [to]: 100 } : { [from]: rest(percent), [to]: percent };

const CLEAN = { draining: {}, gates: [] } as const;

export const toStep = (rollout: Rollout, step: number): Note => ({
  kind: 'note',
  state: { phase: 'preparing', step, ...CLEAN },
  what: [`step ${step + 1} of ${rollout.options.steps.length} begins: ${shareAt(rollout, step)} %`],
});

export const toShift = (rollout: Rollout): Note => {
  const percent = shareAt(rollout, rollout.state.step);
  return {
    kind: 'note',
    state: { phase: 'shifting' },
    shares: { shares: split(rollout, percent), closed: [] },
    what: [`share of ${rollout.to} ${percent} %`],
  };
};

/** The new one has all; the old one goes, or is kept for a while. */
const toEnd = (rollout: Rollout, facts: Facts): Note => {
  const { from, to, options } = rollout;
  const shares = { shares: { [to]: 100 }, closed: [] };
  if (from === undefined || facts.from === undefined)
    return { kind: 'note', state: { phase: 'ended', outcome: 'done', ...CLEAN }, shares, what: [`done: ${to} has all`] };
  const keeps = options.keepSeconds > 0;
  const what = keeps ? `done: ${from} is kept for ${options.keepSeconds} s` : `done: ${from} is drained and ended`;
  return { kind: 'note', state: { phase: keeps ? 'keeping' : 'draining', outcome: 'done', draining: {} }, what: [what] };
};

/** What follows when a hold is over and all gates let it. */
export const afterHold = (rollout: Rollout, facts: Facts): Note => {
  const { state, options, from } = rollout;
  if (state.step >= options.steps.length - 1) return toEnd(rollout, facts);
  const tooMany =
    livingTasks(facts.from).length > oldInstancesAt(rollout, state.step) ||
    (facts.from?.instances ?? 0) > oldInstancesAt(rollout, state.step);
  if (options.surge === 'matched' && tooMany)
    return { kind: 'note', state: { phase: 'draining', draining: {} }, what: [`${from} gives up instances that its share does not need`] };
  return toStep(rollout, state.step + 1);
};

/** Back to the old one: with the same write, where it serves. */
export const goBack = (rollout: Rollout, facts: Facts, outcome: Outcome, because: string): Note => {
  const { from } = rollout;
  const serves = from !== undefined && workingTasks(facts.from, from, facts.observed).length > 0;
  return {
    kind: 'note',
    state: { phase: 'aborting', outcome, because, draining: {} },
    ...(serves ? { shares: { shares: split(rollout, 0), closed: [] } } : {}),
    what: [`${outcome}: ${because}`, ...(serves ? [`share of ${from} 100 %`] : [])],
  };
};

/**
 * The same as somebody asks for it, who sees no more than the book. What is given up goes at once, and an old app that has no server yet gets its
 * share when it has; what is undone waits for the old app, which is of the group from now on though it may have to be made again.
 */
export const goBackByHand = (rollout: Rollout, outcome: 'aborted' | 'undone', because: string): Note => {
  const { from } = rollout;
  const shares = { shares: split(rollout, outcome === 'aborted' ? 0 : 100), closed: [] };
  return {
    kind: 'note',
    state: { phase: 'aborting', outcome, because, draining: {} },
    ...(from === undefined ? {} : { shares }),
    what: [because, ...(from !== undefined && outcome === 'aborted' ? [`share of ${from} 100 %`] : [])],
  };
};
