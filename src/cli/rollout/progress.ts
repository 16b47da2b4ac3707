import { gateText } from '../../rollout/gate-text.ts';
import { gatesOf } from '../../rollout/state.ts';
import type { RolloutView } from '../../report/rollout-view.ts';
import { clockTime } from './describe.ts';

const historyNews = (before: RolloutView | undefined, now: RolloutView): readonly string[] => {
  const last = before?.history.at(-1);
  // The oldest ones are left out when there are many: what is new comes behind the last that was seen.
  const seen =
    last === undefined ? -1 : now.history.findLastIndex(({ at, by, what }) => at === last.at && by === last.by && what === last.what);
  return now.history.slice(seen + 1).map(({ at, by, what }) => `${clockTime(at)} ${by}: ${what}`);
};

const waitingNews = (before: RolloutView | undefined, { state }: RolloutView, at: string): readonly string[] =>
  state.waitingFor === undefined || state.waitingFor === before?.state.waitingFor ? [] : [`${clockTime(at)} waits for ${state.waitingFor}`];

/** A gate is told when it says something else than before, not when its numbers move. */
const gateNews = (before: RolloutView | undefined, { state }: RolloutView, at: string): readonly string[] => {
  const outcomes = new Map((before === undefined ? [] : gatesOf(before.state)).map(({ gate, outcome }) => [gateText(gate), outcome]));
  return gatesOf(state)
    .filter(({ gate, outcome }) => outcomes.get(gateText(gate)) !== outcome)
    .map(({ gate, outcome, because }) => `${clockTime(at)} gate ${gateText(gate)} ${outcome}: ${because}`);
};

/**
 * What is new in a rollout since it was last seen, as lines for a log. The first time: all of its history.
 * @param at when it was seen, ISO 8601
 */
export const progressLines = (before: RolloutView | undefined, now: RolloutView, at: string): readonly string[] => [
  ...historyNews(before, now),
  ...gateNews(before, now, at),
  ...waitingNews(before, now, at),
];
