import type { Member } from '../members.ts';
import type { GroupShares } from '../shares.ts';
import type { Signed } from '../signed.ts';
import { type Groups, membersIn } from './by-hand.ts';
import type { Edit } from './edit.ts';
import { type Refusal, isRefusal, refuse } from '../refusal.ts';
import { memberCalled } from './member-called.ts';
import { shift } from './shift.ts';

/** All for one app of a group. */
export interface Switch {
  readonly group: string;
  /** Colour or app id; absent: of two the one that has nothing now. */
  readonly to?: string | undefined;
  /** Also to an app without a healthy task. */
  readonly force: boolean;
  readonly signed: Signed;
}

/** Why nobody can tell which one is meant. */
const unclear = (members: readonly Member[], shares: GroupShares | undefined, without: readonly Member[]): string => {
  if (members.length < 2) return 'it has one app alone';
  if (members.length > 2) return `it has ${members.length} apps`;
  if (shares === undefined) return 'neither of its two apps was given a share yet';
  return without.length === 0 ? 'both of its apps have a share' : 'neither of its two apps has a share';
};

const otherOne = (group: string, members: readonly Member[], shares: GroupShares | undefined): Member | Refusal => {
  const without = members.filter(({ appId }) => (shares?.shares[appId] ?? 0) === 0);
  const [other] = without;
  if (shares !== undefined && members.length === 2 && without.length === 1 && other !== undefined) return other;
  const words = members.map(({ colour }) => `--to ${colour}`).join(' or ');
  return refuse('BAD_REQUEST', `it is not clear which app of ${group} is to have all: ${unclear(members, shares, without)}; say ${words}`);
};

/** Gives all traffic of a group to one of its apps. */
export const switchTo =
  ({ group, to, force, signed }: Switch, groups: Groups): Edit<GroupShares> =>
  (book) => {
    const members = membersIn(group, groups);
    if (isRefusal(members)) return members;
    const target = to === undefined ? otherOne(group, members, book.shares.get(group)) : memberCalled(to, group, members);
    if (isRefusal(target)) return target;
    const { appId, colour, healthy, running } = target;
    if (healthy === 0 && !force)
      return refuse('REFUSED', `${colour} (${appId}) has no healthy task, and ${running} that run: switch nevertheless with --force`);
    // All or nothing is kept by any load balancing.
    return shift({ group, asked: { [appId]: 100 }, signed }, { groups, carriers: [] })(book);
  };
