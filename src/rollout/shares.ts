import type { SPLIT_BY } from './choices.ts';
import type { Rollout } from './rollout.ts';
import type { Signed } from './signed.ts';

/** How apps are reached that have no share yet. */
export interface Preview {
  /** Addresses and networks of clients; absent: all. */
  readonly networks?: readonly string[];
  /** Each virtual host has one for each colour: 'green.shop.example.com'. */
  readonly hosts: boolean;
}

/** How the traffic of a deployment group is shared out, whatever the numbers of instances. */
export interface GroupShares extends Signed {
  /** App id -> percent: 0 to 100 in tenths, together 100. Apps of the group that are not named have 0; apps that are named are in the group, unless their label names another. */
  readonly shares: Readonly<Record<string, number>>;
  /** Apps of which not even clients that belong to them get anything: one that was given up. With a share of 0 and not in here they stay. */
  readonly closed: readonly string[];
  /** user: a cookie keeps a visitor on one colour, and a growing share moves only those that it must. */
  readonly splitBy: (typeof SPLIT_BY)[number];
  /** Absent: an app without a share is not reached. */
  readonly preview?: Preview;
}

/** A tenth of a percent is the finest. */
const restOf = (percent: number): number => Math.round(1000 - 10 * percent) / 10;

/** Shares in percent of both apps of a rollout, where the new one has so much; of the only one: all. */
export const sharesOfBoth = ({ from, to }: Pick<Rollout, 'from' | 'to'>, percent: number): GroupShares['shares'] =>
  from === undefined ? { [to]: 100 } : { [from]: restOf(percent), [to]: percent };

/** For people: '/shop-blue 75 %, /shop-green 25 %'. */
export const sharesText = (shares: GroupShares['shares']): string =>
  Object.entries(shares)
    .map(([of, percent]) => `${of} ${percent} %`)
    .join(', ');
