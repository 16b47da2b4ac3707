import type { BookKeeper } from '../book/keeper.ts';
import type { Problem } from '../kit/problem.ts';
import type { Picture } from '../picture/picture.ts';
import type { Book } from '../rollout/book.ts';
import type { Groups } from '../rollout/edits/by-hand.ts';
import { groupMembers, type Member } from '../rollout/members.ts';
import type { Override } from '../rollout/override.ts';
import type { GroupShares } from '../rollout/shares.ts';
import type { KnownProblem, KnownProblems } from './known-problems.ts';
import { rolloutView, type RolloutView } from './rollout-view.ts';

/** A deployment group as the API shows it. */
export interface GroupView {
  readonly group: string;
  /** `share` in percent; null: its traffic is shared out as deployment tools have it. */
  readonly apps: readonly (Member & { readonly share: number | null })[];
  readonly shares: GroupShares | null;
  readonly rollout: RolloutView | null;
  readonly problems: readonly Problem[];
}

/** `isGone`: it does nothing any more, for Marathon has no such task, app or group; absent: it has, or it was not read yet. */
interface Listed {
  readonly isGone?: true;
}

/** All that was decided. */
export interface RolloutsView {
  readonly revision: number;
  /** Where it is kept, for people. */
  readonly store: string;
  /** Those with two apps or more, with shares, or with a rollout. */
  readonly groups: readonly GroupView[];
  readonly overrides: readonly (Override & Listed)[];
}

/** What the API shows of the book. */
export interface BookViews {
  readonly list: () => RolloutsView;
  /** undefined: there is no such group. */
  readonly one: (group: string) => GroupView | undefined;
}

interface BookParts {
  readonly picture: Picture;
  readonly problems: Pick<KnownProblems, 'list'>;
  readonly bookKeeper: Pick<BookKeeper, 'book' | 'store'>;
}

/** Of each of these groups, its own and those of its apps, in their order. One look at all of them. */
const problemsByGroup = (groups: Groups, all: readonly KnownProblem[]): ReadonlyMap<string, readonly Problem[]> => {
  const found = new Map<string, Problem[]>();
  const groupsOf = new Map<string, string[]>();
  for (const [group, members] of groups) {
    found.set(group, []);
    for (const { appId } of members) groupsOf.set(appId, [...(groupsOf.get(appId) ?? []), group]);
  }
  for (const problem of all) {
    const about = new Set(groupsOf.get(problem.appId));
    if (problem.group !== undefined) about.add(problem.group);
    for (const group of about) found.get(group)?.push(problem);
  }
  return found;
};

const viewOf = (group: string, members: readonly Member[], { shares, rollouts }: Book, problems: readonly Problem[]): GroupView => {
  const shared = shares.get(group);
  const rollout = rollouts.get(group);
  const shareOf = ({ appId }: Member): number | null => (shared === undefined ? null : (shared.shares[appId] ?? 0));
  return {
    group,
    apps: members.map((member) => ({ ...member, share: shareOf(member) })),
    shares: shared ?? null,
    rollout: rollout === undefined ? null : rolloutView(rollout),
    problems,
  };
};

/** What is not known is not gone: before Marathon was read nothing is. An agent without tasks may be back any time. */
const isGone = (override: Override, { model, mayBeApplied }: Picture, groups: Groups): boolean => {
  if (!mayBeApplied) return false;
  switch (override.kind) {
    case 'weight':
    case 'drain-task':
      return !model.apps.values().some(({ tasks }) => tasks.has(override.taskId));
    case 'maintenance':
      return !model.apps.has(override.appId) && (groups.get(override.appId) ?? []).length === 0;
    case 'drain-agent':
      return false;
  }
};

export const bookViewsOf = ({ picture, problems, bookKeeper }: BookParts): BookViews => {
  const members = (): Groups => groupMembers(picture, bookKeeper.book);
  const views = (groups: Groups): readonly GroupView[] => {
    const found = problemsByGroup(groups, problems.list());
    return [...groups].map(([group, ofGroup]) => viewOf(group, ofGroup, bookKeeper.book, found.get(group) ?? []));
  };
  const isTold = ([group, { length }]: readonly [string, readonly Member[]]): boolean =>
    length > 1 || bookKeeper.book.shares.has(group) || bookKeeper.book.rollouts.has(group);
  return {
    list: () => {
      const { book, store } = bookKeeper;
      const groups = members();
      return {
        ...{ revision: book.revision, store },
        groups: views(new Map([...groups].filter(isTold))),
        overrides: [...book.overrides.values()].map((override) =>
          isGone(override, picture, groups) ? { ...override, isGone: true } : override,
        ),
      };
    },
    one: (group) => {
      const ofGroup = members().get(group);
      return ofGroup === undefined ? undefined : views(new Map([[group, ofGroup]]))[0];
    },
  };
};
