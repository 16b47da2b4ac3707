import type { Counters, Observations } from '../../rollout/observation.ts';
import { countedBetween } from '../../rollout/window.ts';

/** What an app had in a window. Shares are in percent. */
export interface Rates {
  /** Of all requests of the group; absent: there was none. */
  readonly share?: number;
  readonly perSecond: number;
  /** Of its requests; absent: it had none. */
  readonly errors5xx?: number;
  readonly connectionErrors?: number;
}

/** Each Sluice by its own clock; they look at different moments. */
const secondsBetween = (before: Observations, after: Observations): number => {
  const times = after.seen.flatMap(({ sluice, at }) => {
    const then = before.seen.find((one) => one.sluice === sluice);
    return then === undefined ? [] : [(Date.parse(at) - Date.parse(then.at)) / 1000];
  });
  return times.length === 0 ? 0 : times.reduce((sum, time) => sum + time, 0) / times.length;
};

const partOf = (part: number, whole: number): number => (100 * part) / whole;

const ratesOf = (counters: Counters, all: number, seconds: number): Rates => {
  const { requests, errors5xx, connectionErrors } = counters;
  return {
    perSecond: requests / seconds,
    ...(all === 0 ? {} : { share: partOf(requests, all) }),
    ...(requests === 0 ? {} : { errors5xx: partOf(errors5xx, requests), connectionErrors: partOf(connectionErrors, requests) }),
  };
};

/** What each of these apps had from one look to the other; undefined: there is no time between them. */
export const ratesBetween = (
  before: Observations,
  after: Observations,
  appIds: readonly string[],
): ReadonlyMap<string, Rates> | undefined => {
  const seconds = secondsBetween(before, after);
  if (!(seconds > 0)) return undefined;
  const counted = appIds.map((appId) => [appId, countedBetween(before, after, appId)] as const);
  const all = counted.reduce((sum, [, counters]) => sum + counters.requests, 0);
  return new Map(counted.map(([appId, counters]) => [appId, ratesOf(counters, all, seconds)]));
};
