import type { Action } from './action.ts';
import { endApp, endTasks } from './end-tasks.ts';
import type { Facts } from './facts.ts';
import type { GateResult } from './gate.ts';
import { isAsked, judge } from './gates.ts';
import { aborting } from './go-back.ts';
import { afterHold, goBack, toShift, toStep } from './moves.ts';
import { newInstancesAt, oldInstancesAt } from './needed.ts';
import type { Phase, Rollout } from './rollout.ts';
import { livingTasks, provedTasks, sluicesBehind, sluicesMissing, workingTasks } from './serving.ts';
import { sparing, strangerTrouble } from './strangers.ts';
import { troubleOf } from './trouble.ts';

const wait = (what: string, gates?: readonly GateResult[]): Action => ({
  kind: 'wait',
  for: what,
  ...(gates === undefined ? {} : { gates }),
});

const sinceMs = ({ state }: Rollout, { nowMs }: Facts): number => nowMs - Date.parse(state.since);

/** How long the present hold lasts, as far as this controller knows it. */
const heldMs = ({ nowMs, hold }: Facts): number => (hold === undefined ? 0 : nowMs - hold.sinceMs);

const limitMs = ({ options }: Rollout): number => 1000 * options.healthyWithinSeconds;

const tooLate = (rollout: Rollout, facts: Facts, what: string): Action =>
  goBack(rollout, facts, 'timed-out', `longer than ${rollout.options.healthyWithinSeconds} s: it waits for ${what}`);

/** What is missing for the new app to carry the share of this step; undefined: nothing. */
const lacking = (rollout: Rollout, facts: Facts): string | undefined => {
  const { to, state } = rollout;
  const needed = newInstancesAt(rollout, state.step);
  const healthy = livingTasks(facts.to).filter((task) => task.healthy).length;
  if (healthy < needed) return `${to} to be healthy: ${healthy} of ${needed}`;
  const missing = sluicesMissing(facts.observed);
  if (missing.length > 0) return `Sluice ${missing.join(', ')} to answer`;
  const proved = provedTasks(facts.to, to, facts.observed).length;
  return proved < needed ? `${to} to be UP in every HAProxy: ${proved} of ${needed}` : undefined;
};

/** The new app made, and large enough; undefined: it is. */
const enlarge = (rollout: Rollout, facts: Facts): Action | undefined => {
  const { to, definitions, state } = rollout;
  const instances = newInstancesAt(rollout, state.step);
  const definition = { ...definitions[to], instances };
  if (facts.to === undefined) return { kind: 'make', appId: to, definition, what: `${to} made with ${instances} instances` };
  if (facts.to.instances >= instances) return undefined;
  if (facts.to.isDeploying) return wait(`a deployment of ${to} to end`);
  return { kind: 'scale', appId: to, instances, force: false, what: `${to} scaled to ${instances}` };
};

const preparing = (rollout: Rollout, facts: Facts): Action => {
  const lacks = lacking(rollout, facts);
  if (lacks === undefined) return toShift(rollout);
  if (sinceMs(rollout, facts) >= limitMs(rollout)) return tooLate(rollout, facts, lacks);
  return enlarge(rollout, facts) ?? wait(lacks);
};

const shifting = (rollout: Rollout, facts: Facts): Action => {
  const behind = sluicesBehind(facts.observed, rollout.state.atRevision);
  if (behind.length === 0 && facts.observed.seen.length > 0)
    return { kind: 'note', state: { phase: 'holding', gates: [] }, what: [`held for ${rollout.options.holdSeconds} s`] };
  const what = `Sluice ${behind.join(', ')} to have the shares in force`;
  return sinceMs(rollout, facts) >= limitMs(rollout) ? tooLate(rollout, facts, what) : wait(what);
};

/** What the gates still have to say, when the hold is over. */
const undecided = (rollout: Rollout, facts: Facts, results: readonly GateResult[]): Action | undefined => {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) return goBack(rollout, facts, 'aborted', `gate failed: ${failed.map(({ because }) => because).join('; ')}`);
  const open = results.filter(({ outcome }) => outcome === 'waiting');
  if (open.length === 0) return undefined;
  if (open.every(({ gate }) => isAsked(gate))) return { kind: 'ask' };
  const what = open.find(({ gate }) => !isAsked(gate))?.because ?? '';
  return heldMs(facts) >= 1000 * rollout.options.holdSeconds + limitMs(rollout) ? tooLate(rollout, facts, what) : wait(what, results);
};

const holding = (rollout: Rollout, facts: Facts): Action => {
  const isOver = facts.hold !== undefined && heldMs(facts) >= 1000 * rollout.options.holdSeconds;
  const results = judge(rollout, facts, isOver);
  const repair = enlarge(rollout, facts);
  if (!isOver) return repair ?? wait(`the hold of ${rollout.options.holdSeconds} s to end`, results);
  const lacks = lacking(rollout, facts);
  if (lacks !== undefined)
    return heldMs(facts) >= 1000 * rollout.options.holdSeconds + limitMs(rollout)
      ? tooLate(rollout, facts, lacks)
      : (repair ?? wait(lacks, results));
  const open = undecided(rollout, facts, results);
  if (open !== undefined) return open;
  const note = afterHold(rollout, facts);
  return {
    ...note,
    state: { ...note.state, gates: results },
    what: [...results.map(({ because }) => `gate passed: ${because}`), ...note.what],
  };
};

/** Instances of the old app that its share does not need any more. */
const shrinkOld = (rollout: Rollout, facts: Facts): Action => {
  const { from, state } = rollout;
  const next = toStep(rollout, state.step + 1);
  if (from === undefined || facts.from === undefined) return next;
  const keep = oldInstancesAt(rollout, state.step);
  const ending = endTasks(rollout, facts, { appId: from, app: facts.from, keep, force: false });
  if (ending !== undefined) return ending;
  if (facts.from.instances <= keep) return next;
  // What Marathon has not started yet.
  if (facts.from.isDeploying) return wait(`a deployment of ${from} to end`);
  return { kind: 'scale', appId: from, instances: keep, force: false, what: `${from} scaled to ${keep}` };
};

const endOld = (rollout: Rollout, facts: Facts): Action => {
  const { from, to } = rollout;
  if (facts.from !== undefined && workingTasks(facts.to, to, facts.observed).length === 0)
    return wait(`${to} to serve: until then nothing of ${from ?? ''} is ended`);
  const ending = from === undefined ? undefined : endApp(rollout, facts, from, facts.from, false);
  if (ending !== undefined) return ending;
  const shares = { shares: { [to]: 100 }, closed: [] };
  return { kind: 'note', state: { phase: 'ended', draining: {} }, shares, what: [`${from ?? ''} has ended`] };
};

const keeping = (rollout: Rollout, facts: Facts): Action => {
  const isOver = sinceMs(rollout, facts) >= 1000 * rollout.options.keepSeconds;
  if (!isOver && facts.from !== undefined) return wait(`the end of the time for which ${rollout.from ?? ''} is kept`);
  return { kind: 'note', state: { phase: 'draining', draining: {} }, what: [`${rollout.from ?? ''} is not kept any longer`] };
};

const PHASES: Readonly<Record<Phase, (rollout: Rollout, facts: Facts) => Action>> = {
  preparing,
  shifting,
  holding,
  draining: (rollout, facts) => (rollout.state.outcome === undefined ? shrinkOld : endOld)(rollout, facts),
  keeping,
  aborting,
  ended: () => ({ kind: 'nothing' }),
};

/**
 * The next thing to do for a rollout: the same again until the facts, or its state in the book, say that it was done. Pure.
 * What must go back does so also while it is paused.
 */
export const nextStep = (rollout: Rollout, facts: Facts): Action => {
  const { phase, paused } = rollout.state;
  const trouble = troubleOf(rollout, facts) ?? strangerTrouble(rollout, facts);
  if (trouble !== undefined) return goBack(rollout, facts, 'aborted', trouble);
  if (paused !== undefined && phase !== 'aborting' && phase !== 'ended') return wait(`somebody to resume it: paused by ${paused.by}`);
  return sparing(rollout, facts, PHASES[phase](rollout, facts));
};
