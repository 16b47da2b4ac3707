import type { Hold } from './facts.ts';
import type { Counters, Observations } from './observation.ts';

const NONE: Counters = { requests: 0, errors5xx: 0, connectionErrors: 0 };

/** What was begun anew counts from nothing: all of it, so that no more failed than was asked. */
const isAnew = (now: Counters, then: Counters): boolean =>
  now.requests < then.requests || now.errors5xx < then.errors5xx || now.connectionErrors < then.connectionErrors;

const between = (now: Counters, before: Counters): Counters => {
  const then = isAnew(now, before) ? NONE : before;
  const responseTimes = now.responseTimes?.map((count, at) => Math.max(0, count - (then.responseTimes?.[at] ?? 0)));
  return {
    requests: now.requests - then.requests,
    errors5xx: now.errors5xx - then.errors5xx,
    connectionErrors: now.connectionErrors - then.connectionErrors,
    ...(responseTimes === undefined ? {} : { responseTimes }),
  };
};

const sum = (a: Counters, b: Counters): Counters => {
  const [longer, shorter] = [a.responseTimes ?? b.responseTimes, a.responseTimes === undefined ? undefined : b.responseTimes];
  return {
    requests: a.requests + b.requests,
    errors5xx: a.errors5xx + b.errors5xx,
    connectionErrors: a.connectionErrors + b.connectionErrors,
    ...(longer === undefined ? {} : { responseTimes: longer.map((count, at) => count + (shorter?.[at] ?? 0)) }),
  };
};

/** What one Sluice has counted from one observation to another. */
interface Window {
  readonly sluice: string;
  readonly of: (appId: string) => Counters;
}

/** Of each. Who is not in the first observation has none. */
export const windowsBetween = (before: Observations, after: Observations): readonly Window[] =>
  after.seen.flatMap(({ sluice, apps }) => {
    const then = before.seen.find((one) => one.sluice === sluice);
    if (then === undefined) return [];
    return [{ sluice, of: (appId) => between(apps[appId]?.counters ?? NONE, then.apps[appId]?.counters ?? NONE) }];
  });

/** What all Sluices counted for an app from one observation to the other. */
export const countedBetween = (before: Observations, after: Observations, appId: string): Counters =>
  windowsBetween(before, after)
    .map(({ of }) => of(appId))
    .reduce(sum, NONE);

const withNewcomers = (before: Observations, now: Observations): Observations => {
  const known = new Set(before.seen.map(({ sluice }) => sluice));
  const come = now.seen.filter(({ sluice }) => !known.has(sluice));
  return come.length === 0 ? before : { ...before, seen: [...before.seen, ...come] };
};

/**
 * A hold as it goes on. While nobody was seen there is nothing to judge it by: it begins anew with the first Sluice that answers. One that comes later
 * has a window of its own from then on.
 */
export const heldOn = (hold: Hold, observed: Observations, nowMs: number): Hold =>
  hold.observed.seen.length === 0 && observed.seen.length > 0
    ? { sinceMs: nowMs, observed }
    : { sinceMs: hold.sinceMs, observed: withNewcomers(hold.observed, observed) };
