import { type Side, weightsOf } from './weights.ts';

/** An app of a deployment group, as far as it matters for the split. */
export interface SplitApp {
  /** In percent. */
  readonly share: number;
  /** Given up: the last one to be used. */
  readonly isClosed: boolean;
  /** Servers that take traffic now, as far as is known. */
  readonly serving: number;
  /** Servers that are down, and may be back at any moment. */
  readonly away: number;
}

export interface AppWeights {
  /** It takes traffic. */
  readonly takes: boolean;
  /** For each server that serves. */
  readonly serving: readonly number[];
  /** For each of those that are away: as if it counted, so that one that comes back is of use before the next look at it. */
  readonly away: number;
}

const hasShare = ({ share, isClosed, serving }: SplitApp): boolean => share > 0 && !isClosed && serving > 0;

/** To serve is more than to keep shares: where no app with a share can, the others do; what was given up is the last. */
const takersAmong = (apps: readonly SplitApp[]): readonly SplitApp[] => {
  const withShare = apps.filter(hasShare);
  if (withShare.length > 0) return withShare;
  const open = apps.filter(({ isClosed, serving }) => !isClosed && serving > 0);
  return open.length > 0 ? open : apps.filter(({ serving }) => serving > 0);
};

/** Those that have no share and take all nevertheless do so by their numbers of servers. */
const sidesOf = (apps: readonly SplitApp[], takers: readonly SplitApp[]): readonly Side[] => {
  const byShare = takers.some(hasShare);
  return apps.map((app) => {
    if (!takers.includes(app)) return { share: 0, servers: app.serving };
    return { share: byShare ? app.share : app.serving, servers: app.serving };
  });
};

/** What each app's servers would have if those that are away were back where nobody else of their app serves. */
const ifAllWereBack = (apps: readonly SplitApp[]): readonly number[] => {
  const sides = apps.map(({ share, isClosed, serving, away }) => ({ share: isClosed ? 0 : share, servers: serving > 0 ? serving : away }));
  return weightsOf(sides).map((weights, index) => ((sides[index]?.share ?? 0) > 0 ? Math.max(1, weights.at(-1) ?? 1) : 0));
};

/** What part of all each app gets in the end, in one unit, in the order of the apps; all 0: none of them has a server that serves. */
export const sharesInForce = (apps: readonly SplitApp[]): readonly number[] => sidesOf(apps, takersAmong(apps)).map(({ share }) => share);

/** The weights of all servers of a deployment group, in the order of its apps. */
export const split = (apps: readonly SplitApp[]): readonly AppWeights[] => {
  const takers = takersAmong(apps);
  const weights = weightsOf(sidesOf(apps, takers));
  const away = ifAllWereBack(apps);
  return apps.map((app, index) => ({ takes: takers.includes(app), serving: weights[index] ?? [], away: away[index] ?? 0 }));
};
