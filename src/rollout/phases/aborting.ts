import { type Action, type Note, waitFor } from '../action.ts';
import { endApp, tellingUnheard } from '../end-tasks.ts';
import type { Facts } from '../facts.ts';
import { patienceMs, sinceMs } from '../limits.ts';
import { oldInstances } from '../needed.ts';
import type { Rollout } from '../rollout.ts';
import { notFailedTasks, provedTasks, sluicesBehind, workingTasks } from '../serving.ts';
import { sharesOfBoth } from '../shares.ts';
import { whyNewIsStranger } from '../strangers.ts';
import { isBack, newKeepsAll, withShare } from '../transitions.ts';
import type { InPhase } from './phase.ts';

const works = (from: string, facts: Facts): boolean => workingTasks(facts.from, from, facts.observed).length > 0;

const isWhole = (rollout: Rollout, from: string, facts: Facts): boolean =>
  facts.observed.missing.length === 0 && provedTasks(facts.from, from, facts.observed).length >= oldInstances(rollout);

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

const raise = (rollout: Rollout<'aborting'>, from: string, facts: Facts): Action => {
  const isLate = sinceMs(rollout, facts) >= patienceMs(rollout);
  // Whoever gives up a bad app goes at once; whoever changes their mind about a good one can wait for the old one to be whole.
  const isReady = rollout.state.outcome === 'undone' && !isLate ? isWhole(rollout, from, facts) : works(from, facts);
  if (isReady) return { kind: 'note', shares: withShare(rollout, 0), what: [`share of ${from} 100 %`] };
  if (isLate) return newKeepsAll(rollout);
  return bringBack(rollout, from, facts) ?? waitFor(`${from} to be healthy again`);
};

/** Nobody stays with the new app from now on. */
const close = (rollout: Rollout<'aborting'>, from: string, facts: Facts): Action => {
  const { to, state, options } = rollout;
  const behind = sluicesBehind(facts.observed, state.atRevision);
  // From when the old app has had all: that it had to be made again first takes nothing from this time.
  const isLate = state.closes === true || facts.nowMs - Date.parse(facts.shares?.at ?? state.since) >= 1000 * options.drainSeconds;
  if (behind.length > 0 && !isLate) return waitFor(`Sluice ${behind.join(', ')} to send all to ${from}`);
  const what = behind.length === 0 ? '' : `, though Sluice ${behind.join(', ')} was not seen to send all to ${from}`;
  return { kind: 'note', shares: { shares: sharesOfBoth(rollout, 0), closed: [to] }, what: [`${to} is closed${what}`] };
};

/** Whoever is with the new app stays with it, and the old one is waited for again, no longer than at first. */
const openAgain = (rollout: Rollout<'aborting'>, from: string): Note => ({
  ...{ kind: 'note', restart: true, shares: withShare(rollout, 0) },
  what: [`${from} does not serve any more: ${rollout.to} is open again`],
});

const canKeepAll = (rollout: Rollout<'aborting'>, facts: Facts): boolean =>
  (facts.to?.instances ?? 0) > 0 && whyNewIsStranger(rollout, facts) === undefined;

/** Undefined: what is left of the new app may end. */
const whileClosed = (rollout: Rollout<'aborting'>, from: string, facts: Facts): Action | undefined => {
  if (works(from, facts)) return undefined;
  // A HAProxy that was just reloaded may lack its servers for an instant.
  const hasFailed = notFailedTasks(facts.from, from, facts.observed).length === 0;
  if (hasFailed && canKeepAll(rollout, facts)) return openAgain(rollout, from);
  if (hasFailed && sinceMs(rollout, facts) >= patienceMs(rollout)) return undefined;
  return bringBack(rollout, from, facts) ?? waitFor(`${from} to serve: until then nothing of ${rollout.to} is ended`);
};

/** Undefined: the old app has all, everywhere, and nobody stays with the new one. */
const takeAll = (rollout: Rollout<'aborting'>, from: string, facts: Facts): Action | undefined => {
  if (facts.shares?.closed.includes(rollout.to) === true) return whileClosed(rollout, from, facts);
  const hasAll = facts.shares?.shares[from] === 100;
  return hasAll && works(from, facts) ? close(rollout, from, facts) : raise(rollout, from, facts);
};

const next = (rollout: Rollout<'aborting'>, facts: Facts): Action => {
  const { from, to } = rollout;
  const first = from === undefined ? undefined : (takeAll(rollout, from, facts) ?? bringBack(rollout, from, facts));
  if (first !== undefined) return first;
  const left = whyNewIsStranger(rollout, facts);
  if (left !== undefined) return isBack(rollout, left);
  return endApp(rollout, facts, { appId: to, app: facts.to, force: true }) ?? tellingUnheard(isBack(rollout), facts, to);
};

/** The way back: the old app there, then its share, then the new app closed, drained and ended. */
export const aborting: InPhase<'aborting'> = (rollout, facts) => ({ next: () => next(rollout, facts) });
