import type { Counters, Observations } from '../../rollout/observation.ts';

/** What an app had in a window. Shares are in percent. */
export interface Rates {
  /** Of all requests of the group; absent: there was none. */
  readonly share?: number;
  readonly perSecond: number;
  /** Of its requests; absent: it had none. */
  readonly errors5xx?: number;
  readonly connectionErrors?: number;
}

type Counted = Pick<Counters, 'requests' | 'errors5xx' | 'connectionErrors'>;

const NONE: Counted = { requests: 0, errors5xx: 0, connectionErrors: 0 };

/** What was begun anew counts from nothing. */
const grown = (now: number, then: number): number => (now >= then ? now - then : now);

/** Over all Sluices that were seen both times. */
const countedBetween = (before: Observations, after: Observations, appId: string): Counted => {
  const sum = { ...NONE };
  for (const { sluice, apps } of after.seen) {
    const first = before.seen.find((one) => one.sluice === sluice);
    if (first === undefined) continue;
    const [then, now] = [first.apps[appId]?.counters ?? NONE, apps[appId]?.counters ?? NONE];
    sum.requests += grown(now.requests, then.requests);
    sum.errors5xx += grown(now.errors5xx, then.errors5xx);
    sum.connectionErrors += grown(now.connectionErrors, then.connectionErrors);
  }
  return sum;
};

/** Each Sluice by its own clock; they look at different moments. */
const secondsBetween = (before: Observations, after: Observations): number => {
  const times = after.seen.flatMap(({ sluice, at }) => {
    const then = before.seen.find((one) => one.sluice === sluice);
    return then === undefined ? [] : [(Date.parse(at) - Date.parse(then.at)) / 1000];
  });
  return times.length === 0 ? 0 : times.reduce((sum, time) => sum + time, 0) / times.length;
};

const partOf = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : (100 * part) / whole);

/** What each of these apps had from one look to the other; undefined: there is no time between them. */
export const ratesBetween = (
  before: Observations,
  after: Observations,
  appIds: readonly string[],
): ReadonlyMap<string, Rates> | undefined => {
  const seconds = secondsBetween(before, after);
  if (!(seconds > 0)) return undefined;
  const counted = appIds.map((appId) => ({ appId, ...countedBetween(before, after, appId) }));
  const all = counted.reduce((sum, { requests }) => sum + requests, 0);
  return new Map(
    counted.map(({ appId, requests, errors5xx, connectionErrors }) => {
      const parts = {
        share: partOf(requests, all),
        errors5xx: partOf(errors5xx, requests),
        connectionErrors: partOf(connectionErrors, requests),
      };
      const known = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
      return [appId, { perSecond: requests / seconds, ...known }];
    }),
  );
};
