import type { Member } from '../members.ts';
import { type GroupShares, type Preview, sharesText } from '../shares.ts';
import type { Signed } from '../signed.ts';
import { type Groups, membersIn, whyRolloutRuns } from './by-hand.ts';
import { bounded } from './bounded.ts';
import { type Carrier, whyNotCarried } from './carrier.ts';
import { type Edit, withKey } from './edit.ts';
import { type Refusal, isRefusal, refuse } from '../refusal.ts';
import { inPausedRollout } from './in-paused-rollout.ts';
import { memberCalled } from './member-called.ts';

/** How somebody wants the traffic of a group to be shared out. */
export interface Shift {
  readonly group: string;
  /** Colour or app id -> percent, in tenths. One may be left out: it has the rest. */
  readonly asked: Readonly<Record<string, number>>;
  /** Absent: as it is, at first by request. */
  readonly splitBy?: GroupShares['splitBy'] | undefined;
  /** Absent: as it is. */
  readonly preview?: Preview | undefined;
  readonly signed: Signed;
}

const ALL = 1000;

/** Tenths of percent; undefined: it is none. */
const tenthsOf = (percent: number): number | undefined => {
  const tenths = Math.round(percent * 10);
  return percent >= 0 && percent <= 100 && Math.abs(tenths - percent * 10) < 1e-6 ? tenths : undefined;
};

/** App id -> tenths of those that were named. */
const named = ({ group, asked }: Shift, members: readonly Member[]): ReadonlyMap<string, number> | Refusal => {
  const told = new Map<string, number>();
  for (const [name, percent] of Object.entries(asked)) {
    const member = memberCalled(name, group, members);
    if (isRefusal(member)) return member;
    const tenths = tenthsOf(percent);
    if (tenths === undefined) return refuse('BAD_REQUEST', `the share of ${name} is ${percent}: it must be 0 to 100, in tenths`);
    if (told.has(member.appId)) return refuse('BAD_REQUEST', `${member.colour} has two shares: give it one`);
    told.set(member.appId, tenths);
  }
  return told;
};

/** With the rest for the one that is not named, and 0 for all others. */
const whole = (told: ReadonlyMap<string, number>, members: readonly Member[]): ReadonlyMap<string, number> | Refusal => {
  const sum = told.values().reduce((a, b) => a + b, 0);
  const others = members.filter(({ appId }) => !told.has(appId));
  const [other] = others;
  if (other !== undefined && others.length === 1 && sum <= ALL) return new Map([...told, [other.appId, ALL - sum]]);
  if (sum === ALL) return new Map([...told, ...others.map(({ appId }): [string, number] => [appId, 0])]);
  const hint = others.length > 1 ? `; ${others.map(({ colour }) => colour).join(', ')} have none` : '';
  return refuse('BAD_REQUEST', `the shares are ${sum / 10} percent together: they must be 100${hint}`);
};

const sharesOf = (
  tenths: ReadonlyMap<string, number>,
  { signed, splitBy, preview }: Shift,
  before: GroupShares | undefined,
): GroupShares => {
  const kept = preview ?? before?.preview;
  return {
    ...signed,
    shares: Object.fromEntries([...tenths].map(([appId, each]) => [appId, each / 10])),
    closed: [],
    splitBy: splitBy ?? before?.splitBy ?? 'request',
    ...(kept === undefined ? {} : { preview: kept }),
  };
};

interface Known {
  readonly groups: Groups;
  /** Backends of the group. */
  readonly carriers: readonly Carrier[];
}

const shifting =
  (asked: Shift, { groups, carriers }: Known): Edit<GroupShares> =>
  (book) => {
    const { group } = asked;
    const members = membersIn(group, groups);
    if (isRefusal(members)) return members;
    const why = whyRolloutRuns(group, book);
    if (why !== undefined) return why;
    const told = named(asked, members);
    if (isRefusal(told)) return told;
    const tenths = whole(told, members);
    if (isRefusal(tenths)) return tenths;
    const shares = sharesOf(tenths, asked, book.shares.get(group));
    const cannot = whyNotCarried(carriers, shares);
    if (cannot !== undefined) return cannot;
    const rollouts = inPausedRollout(book, group, `shares set: ${sharesText(shares.shares)}`, asked.signed);
    return { book: { ...book, shares: withKey(book.shares, group, shares), rollouts }, value: shares };
  };

/** Shares the traffic of a group out, in place of what was. */
export const shift = (asked: Shift, known: Known): Edit<GroupShares> => bounded('order', shifting(asked, known));
