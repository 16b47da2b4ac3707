import { type Action, waitFor } from '../action.ts';
import type { Facts } from '../facts.ts';
import type { GateResult } from '../gate.ts';
import { isAsked, judge } from '../gates.ts';
import { patienceMs, tooLate } from '../limits.ts';
import { enlarge, lacking } from '../new-app.ts';
import type { Rollout } from '../rollout.ts';
import { tooFewWork } from '../too-few-work.ts';
import { afterHold } from '../transitions.ts';
import type { InPhase } from './phase.ts';

/** How long it is held by now beyond what was asked for, as far as this controller knows; negative: so long yet. */
const overMs = ({ options }: Rollout, { nowMs, hold }: Facts): number =>
  hold === undefined ? -Infinity : nowMs - hold.sinceMs - 1000 * options.holdSeconds;

const whyFailed = (results: readonly GateResult[]): string | undefined => {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  return failed.length === 0 ? undefined : `gate failed: ${failed.map(({ because }) => because).join('; ')}`;
};

/** Of those that cannot say yet: the ones that nobody has to ask. undefined: there are none. */
const waitedFor = (results: readonly GateResult[]): string | undefined =>
  results.find(({ gate, outcome }) => outcome === 'waiting' && !isAsked(gate))?.because;

const goOn = (rollout: Rollout, facts: Facts, results: readonly GateResult[]): Action => {
  const note = afterHold(rollout, facts);
  return { ...note, what: [...results.map(({ because }) => `gate passed: ${because}`), ...note.what] };
};

/** What one look at a hold has found. */
interface Judged {
  /** What is missing for the new app to carry its share; undefined: nothing. */
  readonly lacks: string | undefined;
  readonly results: readonly GateResult[];
}

/** The time is over: now everything must be as the next step needs it. */
const afterTime = (rollout: Rollout, facts: Facts, { lacks, results }: Judged): Action => {
  const what = lacks ?? waitedFor(results);
  if (what !== undefined && overMs(rollout, facts) >= patienceMs(rollout)) return tooLate(rollout, facts, what);
  const repair = lacks === undefined ? undefined : enlarge(rollout, facts);
  if (repair !== undefined) return repair;
  if (what !== undefined) return { ...waitFor(what), gates: results };
  return results.some(({ outcome }) => outcome === 'waiting') ? { kind: 'ask' } : goOn(rollout, facts, results);
};

/** The share is held, and judged all the time: in the end also by a few requests. */
export const holding: InPhase<'holding'> = (rollout, facts) => {
  const { paused, promoted = false } = rollout.state;
  const lacks = lacking(rollout, facts);
  const isOver = promoted || overMs(rollout, facts) >= 0;
  const isFinal = isOver && lacks === undefined && paused === undefined;
  const results = promoted ? [] : judge(rollout, facts, { isFinal });
  const held = { ...waitFor(`the hold of ${rollout.options.holdSeconds} s to end`), gates: results };
  return {
    trouble: whyFailed(results) ?? tooFewWork(rollout, facts),
    next: () => (isOver ? afterTime(rollout, facts, { lacks, results }) : (enlarge(rollout, facts) ?? held)),
  };
};
