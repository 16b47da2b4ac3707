import type { Action } from './action.ts';
import { endApp } from './end-tasks.ts';
import type { Facts } from './facts.ts';
import { split } from './moves.ts';
import { oldInstances } from './needed.ts';
import type { Rollout } from './rollout.ts';
import { provedTasks, sluicesBehind, workingTasks } from './serving.ts';
import { whyNewIsStranger } from './strangers.ts';

/** The way back: the old app there, then its share, then the new app closed, drained and ended. */

/** Whoever gives up a bad app goes at once; whoever changes their mind about a good one can wait for the old one to be whole. */
const isReady = (rollout: Rollout, from: string, facts: Facts, isLate: boolean): boolean => {
  if (rollout.state.outcome !== 'undone' || isLate) return workingTasks(facts.from, from, facts.observed).length > 0;
  return facts.observed.missing.length === 0 && provedTasks(facts.from, from, facts.observed).length >= oldInstances(rollout);
};

/** undefined: the old app is as large as it was. */
const bringBack = (rollout: Rollout, from: string, facts: Facts): Action | undefined => {
  const instances = oldInstances(rollout);
  const definition = rollout.definitions[from];
  if (facts.from === undefined)
    return definition === undefined
      ? undefined
      : { kind: 'make', appId: from, definition, what: `${from} is made again with ${instances} instances` };
  if (facts.from.instances >= instances) return undefined;
  return { kind: 'scale', appId: from, instances, force: true, what: `${from} scaled to ${instances}` };
};

/** The old app has nobody who could take over: the new one keeps all. */
const giveUp = (rollout: Rollout, from: string): Action => {
  const because = `${rollout.state.because ?? 'given up'}, but ${from} does not serve any more: ${rollout.to} keeps all`;
  const shares = { shares: split(rollout, 100), closed: [] };
  return { kind: 'note', state: { phase: 'ended', outcome: 'timed-out', because, draining: {} }, shares, what: [because] };
};

const raise = (rollout: Rollout, from: string, facts: Facts): Action => {
  const isLate = facts.nowMs - Date.parse(rollout.state.since) >= 1000 * rollout.options.healthyWithinSeconds;
  if (isReady(rollout, from, facts, isLate))
    return { kind: 'note', state: {}, shares: { shares: split(rollout, 0), closed: [] }, what: [`share of ${from} 100 %`] };
  if (isLate) return giveUp(rollout, from);
  return bringBack(rollout, from, facts) ?? { kind: 'wait', for: `${from} to be healthy again` };
};

/** Undefined: the old app has all, everywhere, and nobody stays with the new one. */
const takeAll = (rollout: Rollout, from: string, facts: Facts): Action | undefined => {
  const { to, state, options } = rollout;
  const works = workingTasks(facts.from, from, facts.observed).length > 0;
  if (facts.shares?.closed.includes(to))
    return works
      ? undefined
      : (bringBack(rollout, from, facts) ?? { kind: 'wait', for: `${from} to serve: until then nothing of ${to} is ended` });
  if (!works || (facts.shares?.shares[from] ?? 0) < 100) return raise(rollout, from, facts);
  const behind = sluicesBehind(facts.observed, state.atRevision);
  const isLate = facts.nowMs - Date.parse(state.since) >= 1000 * options.drainSeconds;
  if (behind.length > 0 && !isLate) return { kind: 'wait', for: `Sluice ${behind.join(', ')} to send all to ${from}` };
  return { kind: 'note', state: {}, shares: { shares: split(rollout, 0), closed: [to] }, what: [`${to} is closed`] };
};

/** @param left why the new app is left as it is; undefined: it is gone */
const endBack = ({ from, to, state: { outcome = 'aborted' } }: Rollout, left: string | undefined): Action => ({
  kind: 'note',
  state: { phase: 'ended', draining: {} },
  shares: from === undefined ? 'none' : { shares: { [from]: 100 }, closed: [] },
  what: [`${outcome}: ${from === undefined ? (left ?? `${to} is gone`) : `${from} has all`}`],
});

export const aborting = (rollout: Rollout, facts: Facts): Action => {
  const { from, to } = rollout;
  const first = from === undefined ? undefined : (takeAll(rollout, from, facts) ?? bringBack(rollout, from, facts));
  if (first !== undefined) return first;
  const left = whyNewIsStranger(rollout, facts);
  return (left === undefined ? endApp(rollout, facts, to, facts.to, true) : undefined) ?? endBack(rollout, left);
};
